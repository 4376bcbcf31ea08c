"""Elasticsearch from the archive that Elastic publishes on Maven's central repository.

That archive leaves out `reindex`, `delete_by_query`, `painless` scripts and `GET /` (ask `_cluster/health`,
not `info()`): tests must not lean on them. It leaves out the module analysis-common too; AnalysisPlugin.java
gives back `asciifolding`, `elision`, `stemmer` for `light_french` and `minimal_french`, and `edge_ngram`, by
the same names and Lucene classes.
"""

import shutil
import signal
import tempfile
import zipfile
from pathlib import Path

from elasticsearch import ApiError, Elasticsearch, TransportError

from tests.servers import process
from tests.servers.cache import cache_folder, only_one
from tests.servers.java import compile_java, java_home
from tests.servers.maven import Artifact, fetch

VERSION = "9.1.4"
ARCHIVE = Artifact(
    "org.elasticsearch.distribution.integ-test-zip",
    "elasticsearch",
    VERSION,
    "zip",
    "21fef423ddbb6340027033af0a332b7edc02535fc3638e065835de3eafd4dbed",
)
START_SECONDS = 180
STOP_SIGNAL = signal.SIGTERM
PLUGIN_SOURCE = Path(__file__).with_name("AnalysisPlugin.java")
PLUGIN_DESCRIPTION = f"""\
description=token filters of analysis-common, for tests
version=1
name=courrier-analysis
classname=courrier.testing.AnalysisPlugin
java.version=21
elasticsearch.version={VERSION}
extended.plugins=
has.native.controller=false
"""
CONFIGURATION = """\
cluster.name: courrier-test
discovery.type: single-node
network.host: 127.0.0.1
http.port: {port}
transport.port: {transport_port}
path.data: {folder}/data
path.logs: {folder}/logs
xpack.security.enabled: false
cluster.routing.allocation.disk.threshold_enabled: false
"""


def launch(folder: Path) -> tuple[int, str]:
    """Launch the server in the empty `folder`; its process number and address."""
    server = folder / "elasticsearch"
    shutil.copytree(installed(), server)
    port = process.free_port()
    (server / "config" / "elasticsearch.yml").write_text(
        CONFIGURATION.format(port=port, transport_port=process.free_port(), folder=folder)
    )
    scratch = folder / "tmp"  # beside the server: a scratch folder may not hold its modules
    scratch.mkdir()
    process.hand_over(folder)
    pid = process.launch(
        [server / "bin" / "elasticsearch"],
        folder,
        {
            "ES_JAVA_HOME": str(java_home()),
            "ES_JAVA_OPTS": "-Xms512m -Xmx512m",
            "ES_TMPDIR": str(scratch),
            "CLI_JAVA_OPTS": f"-Djava.io.tmpdir={scratch}",
        },
    )
    return pid, f"http://127.0.0.1:{port}"


def answers(address: str) -> bool:
    try:
        with Elasticsearch(address) as client:
            return bool(client.cluster.health(timeout="5s"))
    except (ApiError, TransportError):
        return False


def installed() -> Path:
    """The server's folder in the cache, plugin included; made at the first call."""
    server = cache_folder() / f"elasticsearch-{VERSION}"
    with only_one("elasticsearch"):
        if not _is_current(server):
            shutil.rmtree(server, ignore_errors=True)
            _install(server)
    return server


def _is_current(server: Path) -> bool:
    source = server / "plugins" / "courrier-analysis" / PLUGIN_SOURCE.name
    return source.exists() and source.read_bytes() == PLUGIN_SOURCE.read_bytes()


def _install(server: Path) -> None:
    archive = fetch(ARCHIVE)
    with tempfile.TemporaryDirectory(dir=server.parent) as scratch:
        with zipfile.ZipFile(archive) as packed:
            packed.extractall(scratch)
        unpacked = Path(scratch) / f"elasticsearch-{VERSION}"
        for program in (unpacked / "bin").iterdir():
            program.chmod(0o755)
        _allow_small_runtime(unpacked)
        _add_plugin(unpacked)
        unpacked.rename(server)


def _allow_small_runtime(server: Path) -> None:
    """Vector instructions are a module that a small Java runtime lacks; Lucene does without."""
    options = server / "config" / "jvm.options"
    lines = options.read_text().splitlines(keepends=True)
    options.write_text("".join(line for line in lines if "jdk.incubator.vector" not in line))


def _add_plugin(server: Path) -> None:
    plugin = server / "plugins" / "courrier-analysis"
    plugin.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as scratch:
        classes = Path(scratch)
        compile_java(PLUGIN_SOURCE, sorted((server / "lib").glob("*.jar")), classes)
        with zipfile.ZipFile(plugin / "courrier-analysis.jar", "w") as jar:
            for compiled in classes.rglob("*.class"):
                jar.write(compiled, compiled.relative_to(classes))
    (plugin / "plugin-descriptor.properties").write_text(PLUGIN_DESCRIPTION)
    shutil.copy(PLUGIN_SOURCE, plugin)  # tells which source this plugin was made of
