"""What a browser calls itself, in words a person knows again: "Chrome, Windows". Believed for nothing else."""

#: The first that is found counts: Edge says Chrome, too, and Chrome says Safari.
BROWSERS = (("Edg", "Edge"), ("coc_coc", "Cốc Cốc"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
            ("Safari/", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
           ("Linux", "Linux"))  # fmt: skip


def browser_of(said: str) -> str:
    """Its name and system, as far as they are known; empty where neither is."""
    found = [next((name for mark, name in known if mark.lower() in said.lower()), "") for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name)
