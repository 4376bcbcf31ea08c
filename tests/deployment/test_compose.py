"""The production files say what the application understands and hold no secret."""

import re
from pathlib import Path

import pytest
import yaml
from django.conf import settings

from workflows.handling import HandlingFlow
from workflows.nodes import Job
from workflows.reception import ReceptionFlow

ROOT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = ("prepare", "web", "worker", "beat")


@pytest.mark.parametrize("service", OURS)
def test_every_variable_given_is_one_that_the_settings_read(service: str) -> None:
    source = (ROOT / "courrier" / "settings.py").read_text()
    read = set(re.findall(r'(?:environ\.get|flag|words)\(\s*"([A-Z_]+)"', source))
    assert set(SERVICES[service]["environment"]) <= read


def test_every_value_asked_of_the_operator_is_in_the_example() -> None:
    asked = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "compose.yaml").read_text()))
    shown = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert asked == shown


def test_the_example_holds_no_secret() -> None:
    secrets = re.findall(
        r"^(?:SECRET_KEY|\w+_PASSWORD)=(.*)$", (ROOT / ".env.example").read_text(), re.MULTILINE
    )
    assert secrets == ["", "", "", ""]


def test_servers_are_on_the_inner_network_alone() -> None:
    assert COMPOSE["networks"]["inside"]["internal"] is True
    for name in ("postgresql", "redis", "elasticsearch"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]


def test_what_others_wait_for_tells_its_health() -> None:
    for service in SERVICES.values():
        for name, wait in service.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[name]


def test_the_image_has_the_packages_that_a_machine_gets() -> None:
    image = (ROOT / "Dockerfile").read_text()
    listed = (ROOT / "dev.d" / "packages.sh").read_text().partition("RUN_PACKAGES=(")[2].partition("\n)")[0]
    packages = {word for line in listed.splitlines() for word in line.partition("#")[0].split()}
    missing = {package for package in packages - {"python3", "python3-venv"} if f" {package}" not in image}
    assert not missing


def test_the_worker_takes_from_every_queue() -> None:
    command = SERVICES["worker"]["command"]
    listened = set(command[command.index("--queues") + 1].split(","))
    used = {
        node.queue for flow in (ReceptionFlow, HandlingFlow) for node in flow.instance.nodes() if is_job(node)
    }
    assert used == {"letters", "steps"}
    assert listened == used | {settings.CELERY_TASK_DEFAULT_QUEUE}


def is_job(node: object) -> bool:
    return isinstance(node, Job)
