"""The plan of the house: each room of the library and the console, and the rooms that it may import.

They stand in the order of the flow: a room imports only rooms above it. docs/adr/0013-rooms-and-words.md says
why. A new room, or a new arrow between two, is a line here.
"""

_LIBRARY = {
    "errors": "",
    "hours": "",
    "json_text": "",
    "regions": "",
    "tallies": "",
    "time_left": "",
    "visible_text": "",
    "aws": "errors",
    "environment": "errors",
    "starting": "environment",
    "stored_json": "aws errors",
    "shell_words": "visible_text",
    "authorization": "aws environment errors json_text shell_words visible_text",
    "feedback": "aws environment errors hours json_text regions",
    "accounts": "authorization aws errors regions visible_text",
    "doctor": "accounts authorization aws environment errors json_text regions shell_words time_left",
