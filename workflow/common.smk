# What rules have in common: where files are, and how a job is given its settings and files (gangan job --help).
import hashlib

from gangan.record.code import code_digest


wildcard_constraints:  # the same in the rules of every paper
    first=r"\d\d+",
    seed=r"\d+",


RESULTS = f"results/{study.study}"
DIGITS = f"resources/{study.data.name}.safetensors"
JUDGES = {"judge": f"{RESULTS}/judge/deep.safetensors", "second": f"{RESULTS}/judge/flat.safetensors"}
ENVIRONMENT = HERE.join("environment.yml")
LONGEST = 8192  # characters of a word of a command line
JOB = (
    "gangan job {params.call} --settings {params.settings:q} --files {params.files:q} --threads {threads} --log {log}"
    " --rule={params.rule}"
)


def job(call, unbounded=False, **settings):
    """Params, where a job calls a function of the package: the code that counts, settings by parameter (a value, or a
    function of the wildcards), and files. What grows with the study travels in a file (``unbounded``), and so does
    whatever else is too long: the system refuses a word of 128 KiB."""

    def text(content):
        written = json.dumps(content, default=lambda block: block.model_dump(mode="json"))
        return in_file(written) if unbounded or len(written) > LONGEST else written

    def given(wildcards):
        return text({name: value(wildcards) if callable(value) else value for name, value in settings.items()})

    def files(wildcards, input, output):
        made = {name: path for name, path in output.items() if name != "record"}
        return text({"wildcards": dict(wildcards), "input": named(input), "output": made})

    def rule_name(_):
        return rule_name.of

    rule_name.of = None  # the Snakefile sets it, once all is parsed
    code = code_digest(call.rpartition(".")[0])
    return {"code": code, "call": call, "rule": rule_name, "settings": given, "files": files}


def named(files):
    return {name: value if isinstance(value, str) else list(value) for name, value in files.items() if value}


def in_file(text):
    """``@`` and a file that holds the text, named after it: what a command line is too short for."""
    path = Path(".snakemake/gangan", hashlib.sha256(text.encode()).hexdigest()[:16] + ".json")
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.write_text(text, "utf-8")
        part.replace(path)
    return f"@{path}"


def any_of(wildcard, names):
    """A wildcard of files of which there is one for each of some names."""
    return f"{{{wildcard},{'|'.join(names) or '(?!)'}}}"


def recorded(**outputs):
    """Outputs, and the record of the job beside the first."""
    return {**outputs, "record": f"{next(iter(outputs.values()))}.json"}


def scored(path):
    """Outputs, where a job scores GANs."""
    return recorded(scores=f"{path}.csv", moments=f"{path}.safetensors")


def figure(path, caption, category, **labels):
    """Outputs, where a job draws: PNG for the report, PDF, and the record."""
    shown = report(f"{path}.png", caption=HERE.join(f"workflow/report/{caption}.rst"), category=category, labels=labels)
    return {"png": shown, "pdf": f"{path}.pdf", "record": f"{path}.png.json"}


def table(path, caption):
    """Outputs, where a job makes a table."""
    labels = {"table": Path(path).name}
    shown = report(f"{path}.md", caption=HERE.join(f"workflow/report/{caption}.rst"), category="Tables", labels=labels)
    return {"md": shown, "csv": f"{path}.csv", "tex": f"{path}.tex", "record": f"{path}.md.json"}


def pages(folder, claims):
    """Outputs, where a job writes a page for each claim, by its name: those and an index, and the record."""
    return recorded(index=f"{folder}/index.md", **{name: f"{folder}/{name.lower()}.md" for name in claims})


def log_of(name):
    return f"{RESULTS}/logs/{name}.log"
