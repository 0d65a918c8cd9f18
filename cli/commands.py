"""The commands by name: where each is, and its summary for the help.

`onrecord --help` and `--version` are answered from here, without loading what any command needs.
"""

COMMANDS = {
    "add": ("add:add", "Add articles to a project."),
    "adjudicate": ("adjudicate:adjudicate", "Rule where annotators differ; only adjudicators and leads do."),
    "agree": ("agree:agree", "Measure how far annotators agree, layer by layer."),
    "assign": ("assign:assign", "Put documents into people's queues; for a lead."),
    "backup": ("backup:backup", "Copy a project, while others work on it."),
    "blind": ("members:blind", "Hide the work of others until one submits, or not."),
    "check": ("upkeep:check", "Verify a project: every hash, quote, reference and table."),
    "claim": ("claims:claim", "Show a claim: its standing, history, origins, words."),
    "claims": ("claims:claims", "List the claims with their standing, derived from all marks."),
    "completion": ("projects:completion", "Print the shell's completion script."),
    "demo": ("projects:demo", "Open a throw-away copy of the sample project."),
    "export": ("export:export", "Export a project for people and for other tools."),
    "formats": ("formats:formats", "List the formats that are read and written."),
    "import": ("importing:import_", "Import annotations that were made elsewhere."),
    "link": ("link:link", "Propose claims for mentions that have none."),
    "list": ("lists:list_", "List what a project holds."),
    "log": ("history:log", "Print who did what when."),
    "mark": ("mark:mark", "Mark a claim in a document."),
    "merge": ("merge:merge", "Join copies of a project on which people worked apart."),
    "new": ("projects:new", "Make a project."),
    "redo": ("history:redo", "Do again what you last took back."),
    "remark": ("remark:remark", "Remark on a mention, or answer a remark."),
    "report": ("report:report", "Write a page about one claim, or about all claims."),
    "restore": ("backup:restore", "Put a backup in the place of a project."),
    "revise": ("revise:revise", "List what a corrected article did to its mentions."),
    "role": ("members:role", "Give somebody a role: annotator, adjudicator, lead, none."),
    "show": ("show:show", "Print an article with its marks."),
    "sources": ("claims:sources", "List the sources: what each says, denies and relays."),
    "suggest": ("suggest:suggest", "Propose mentions with labels and chains for all documents."),
    "team": ("team:team", "Tell how far the team is, and how well it agrees."),
    "undo": ("history:undo", "Take back your last act; again for the one before it."),
}
"""By the name of each command: its module in this room with its name there, and what its help says first."""
