"""How mail is spread over a day in the simulations of windows."""

MAIL_BY_HOUR = (
    20,
    20,
    20,
    20,
    30,
    50,
    80,
    120,
    180,
    200,
    180,
    160,
    150,
    150,
    160,
    160,
    150,
    130,
    120,
    100,
    80,
    60,
    40,
    30,
)
"""Mail by the hour of the day, in per cent of an even hour's."""
CAMPAIGN_HOUR = 10
"""The hour in which a day's campaign is sent."""
