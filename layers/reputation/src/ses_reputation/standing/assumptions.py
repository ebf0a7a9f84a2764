"""What rates and standings assume, as `standing explain` prints it: where they depart from SES's own, and the
source of each fact about SES. "Review FAQs" are the developer guide's "Sending review process FAQs".
"""

ASSUMPTIONS = (
    "SES does not publish how it computes its rates: ours are estimates of them (Review FAQs, Bounce Q5 "
    "and Q6).",
    "Eligible sends are those with a Send event and, where deliveries are reported, mail with an outcome. "
    "Mail to the mailbox simulator and to your own domains is none, nor is what a suppression list of an "
    "account, a tenant or a recipient stopped.",
    "Hard bounces are permanent ones. SES leaves out those because of blocked IP addresses (Review FAQs, "
    "Bounce Q3); no field of a notification names these, so ours count. SES's global suppression list "
    "causes hard bounces, your own does not.",
    "Complaints are divided by eligible sends to providers with feedback loops, as SES does (Review FAQs, "
    "Complaint Q6 and Q7). It names none; only Gmail is known to have none, so the true rate is rather "
    "higher than ours.",
    "A standing worsens if the rate reaches the threshold, and so many events would come by chance less "
    "than once in a thousand. Below that, see the 95 % interval.",
    "Mail counts in the hour in which it was sent. Bounces and complaints that come later still raise the"
    " rates of the latest hours.",
    "SES takes its rates over another volume for each account, and changes it (Review FAQs, Bounce Q5); "
    "its console shows it (Reputation metrics, Messages sent). Ours is VolumeWindow, or the account's own"
    " of AccountVolumeWindows.",
    "The thresholds are SES's: reviews at 5 % and 0.1 %, pauses at 10 % and 0.5 %, and less than 2 % "
    "bounces advised (Review FAQs, Bounce Q4, Complaint Q5). That of watch by complaints is ours: SES "
    "advises less than 0.1 %.",
    "SES keeps a reputation for each Region. A Global endpoint divides mail equally between two (SES API,"
    " CreateMultiRegionEndpoint): such an account has a standing in both, each of half its mail.",
    "With the shared pool's delivery mode GLOBAL, SES also delivers from addresses of other Regions (SES "
    "API, PutAccountDeliveryAttributes). Mail counts in the Region that it was sent in.",
    "SES also reviews and pauses for what no notification shows: spam traps, complaints made to SES or "
    "reported by a provider without a feedback loop, anti-spam organizations and domain blocklists, "
    "content, and what an investigator finds (Review FAQs; Reputation metrics messages). A healthy rate "
    "does not rule these out.",
    "SES may act before or after a threshold is reached here.",
)
"""The short list; docs/ledger.md has the full one."""
