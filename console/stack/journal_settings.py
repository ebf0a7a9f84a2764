"""The settings of a stack's journaling, as its function has them: whom it believes, and where it writes."""

from typing import TYPE_CHECKING

from ses_reputation.journaling_settings import JournalSettings

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient


def read_journal_settings(functions: "LambdaClient", function_name: str) -> JournalSettings:
    """Read the deployed function's own settings. Raises SettingsError where one is missing or malformed."""
    configuration = functions.get_function_configuration(FunctionName=function_name)
    return JournalSettings.from_environment(configuration.get("Environment", {}).get("Variables", {}))
