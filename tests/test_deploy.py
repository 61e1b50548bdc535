"""What lies in `deploy/`, checked by the programs that it is for, and tried where they run here."""

from __future__ import annotations

import importlib
import os
import re
import shutil
import socket
import ssl
import subprocess
from contextlib import closing, contextmanager
from http.client import HTTPConnection, RemoteDisconnected
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.mail_server import make_certificate
from benchmarks.serving import free_port, surveyapp_script, wait_for
from tests.budgets import TOP
from tests.cli.commands import succeed
from tests.installation import DATABASE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from http.client import HTTPMessage

DEPLOY: Final = TOP / "deploy"
UNITS: Final = sorted((DEPLOY / "systemd").iterdir())
SITE: Final = "survey.company.example"
MOST_EXPOSED: Final = 20
"""Tenths of what `systemd-analyze security` gives at most 10 of: “OK” ends at 4.4."""
STOP_SECONDS: Final = 20


@pytest.fixture
def units(tmp_path: Path) -> Path:
    """Copy the units, with this environment's command in the place of the installed one."""
    folder = tmp_path / "units"
    folder.mkdir()
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        assert "/opt/surveyapp/bin/surveyapp" in text or unit.suffix == ".timer"
        text = text.replace("/opt/surveyapp/bin/surveyapp", surveyapp_script())
        (folder / unit.name).write_text(text, encoding="utf-8")
    return folder


def program(name: str) -> str:
    """Return where a program is; Debian's nginx lies where root alone looks."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found, f"{name} is missing: make deployment"
    return found


def analyze(*words: str) -> str:
    done = subprocess.run(
        [program("systemd-analyze"), *words], check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    files = [str(unit) for unit in sorted(units.iterdir())]
    assert analyze("verify", "--man=no", *files) == ""


def test_the_services_may_do_little_more_than_they_have_to(units: Path) -> None:
    for name in ("surveyapp-web.service", "surveyapp-worker.service"):
        limit = f"--threshold={MOST_EXPOSED}"
        analyze("security", "--offline=yes", limit, "--no-pager", str(units / name))
        assert "\nMemorySwapMax=0\n" in (units / name).read_text(encoding="utf-8")


def test_the_units_run_commands_that_there_are(units: Path) -> None:
    for unit in UNITS:
        for words in re.findall(r"bin/surveyapp ([a-z]+)([^\"\n]*)", unit.read_text("utf-8")):
            said = succeed(words[0], "--help")
            assert all(flag in said for flag in re.findall(r"--[a-z-]+", words[1]))


def configured(folder: Path, port: int, *, upstream: str = "upstream.conf") -> Path:
    """Write a whole configuration around the sample, with ports and files of this test."""
    certificate = make_certificate(folder / "site.pem")
    ports = {"listen 80": f"listen {free_port()}", "listen 443": f"listen {port}"}
    site = (DEPLOY / "nginx" / "survey.conf").read_text(encoding="utf-8")
    site = re.sub(r"^ *listen \[::\].*\n", "", site, flags=re.MULTILINE)
    for old, new in {
        **ports,
        "/etc/ssl/survey/fullchain.pem": str(certificate),
        "/etc/ssl/survey/privkey.pem": str(certificate),
        "/var/cache/nginx/surveyapp": str(folder / "cache"),
        "/var/log/nginx/surveyapp.log": str(folder / "nginx.log"),
    }.items():
        assert old in site
        site = site.replace(old, new)
    (folder / "site.conf").write_text(site, encoding="utf-8")
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    whole = folder / "nginx.conf"
    user = "" if os.geteuid() else "user root;"  # whose folder nobody else may open
    inside = f"{temporary} include {folder / upstream}; include {folder}/site.conf;"
    whole.write_text(
        f"daemon off; {user} pid {folder}/nginx.pid; error_log {folder}/nginx.log crit;"
        f" events {{}} http {{ {inside} }}",
        encoding="utf-8",
    )
    return whole


@pytest.mark.parametrize("name", ["upstream.conf", "upstream-compose.conf"])
def test_nginx_finds_nothing_wrong_with_the_sample(tmp_path: Path, name: str) -> None:
    shutil.copy(DEPLOY / "nginx" / name, tmp_path)
    written = (DEPLOY / "nginx" / "survey.conf").read_text(encoding="utf-8")
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in written  # not added to: overwritten
    whole = configured(tmp_path, free_port(), upstream=name)
    log = str(tmp_path / "nginx.log")
    done = subprocess.run(
        [program("nginx"), "-t", "-q", "-e", log, "-c", str(whole)],
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr + Path(log).read_text("utf-8")


@contextmanager
def site(folder: Path, database: Path, *changed: tuple[str, str]) -> Iterator[int]:
    """Serve an installation behind nginx as the sample says, but for what is changed in it.

    Yields the TLS port.
    """
    (folder / DATABASE).write_bytes(database.read_bytes())
    inner, port = free_port(), free_port()
    upstream = (DEPLOY / "nginx" / "upstream.conf").read_text(encoding="utf-8")
    (folder / "upstream.conf").write_text(upstream.replace("8000", str(inner)), encoding="utf-8")
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SURVEYAPP_")} | {
        "SURVEYAPP_INSTANCE": str(folder),
        "SURVEYAPP_BASE_URL": f"https://{SITE}",
        "SURVEYAPP_METRICS_TOKEN": "a-token-of-monitoring",
    }
    serve = [surveyapp_script(), "serve", "--no-worker", "--workers", "1", "--port", str(inner)]
    nginx = [program("nginx"), "-e", str(folder / "nginx.log"), "-c", str(configured(folder, port))]
    sample = (folder / "site.conf").read_text(encoding="utf-8")
    for old, new in changed:
        assert old in sample
        sample = sample.replace(old, new)
    (folder / "site.conf").write_text(sample, encoding="utf-8")
    with (
        subprocess.Popen(serve, env=environment) as server,
        subprocess.Popen(nginx) as proxy,
    ):
        try:
            wait_for(f"http://127.0.0.1:{inner}/healthz")
            yield port
        finally:
            for process in (proxy, server):
                process.terminate()
                process.wait(timeout=STOP_SECONDS)


def ask(port: int, path: str, host: str = SITE, **headers: str) -> tuple[int, HTTPMessage, bytes]:
    """Ask nginx, by the site's name in the handshake; returns status, headers and body."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    plain = socket.create_connection(("127.0.0.1", port))
    connection = HTTPConnection(host)
    connection.sock = context.wrap_socket(plain, server_hostname=SITE)
    with closing(connection):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=sent)
        reply = connection.getresponse()
        return reply.status, reply.headers, reply.read()


def test_the_site_behind_nginx_is_whole_and_leaves_no_trace_of_who_was_there(
    tmp_path: Path, migrated_database: Path
) -> None:
    with site(tmp_path, migrated_database) as port:
        status, headers, page = ask(port, "/", X_Forwarded_For="203.0.113.9")
        assert (status, b"micro-managing" in page) == (200, True)
        assert headers["Strict-Transport-Security"].startswith("max-age=")
        assert "Content-Encoding" not in ask(port, "/", Accept_Encoding="gzip")[1]
        for _twice in range(2):
            status, headers, _style = ask(port, "/static/page.css", Accept_Encoding="gzip")
            assert (status, headers["Content-Encoding"]) == (200, "gzip")
        assert [file for file in (tmp_path / "cache").rglob("*") if file.is_file()]
        assert ask(port, "/healthz")[::2] == (200, b"ok\n")
        assert ask(port, "/readyz")[::2] == (200, b"ready\n")
        assert ask(port, "/metrics")[0] == 404
        shown = {"Authorization": "Bearer a-token-of-monitoring"}
        assert b"surveyapp_ready" in ask(port, "/metrics", **shown)[2]
        assert ask(port, "/answer/nothing-here")[0] == 404
        for foreign in ("localhost", "evil.example"):  # by another name nobody gets in
            with pytest.raises(RemoteDisconnected):
                ask(port, "/metrics", foreign)
    left = [file for file in tmp_path.rglob("*.log") if file.stat().st_size]
    assert left == []


@pytest.mark.parametrize("path", ["/healthz", "/static/page.css"])
def test_a_flood_from_one_address_is_told_to_try_again_and_no_line_says_from_where(
    tmp_path: Path, migrated_database: Path, path: str
) -> None:
    fewer = (("100r/s", "1r/m"), ("burst=2000", "burst=3"))
    with site(tmp_path, migrated_database, *fewer) as port:
        got = [ask(port, path)[0] for _each in range(6)]
    assert got == [200, 200, 200, 200, 503, 503]
    assert [file for file in tmp_path.rglob("*.log") if file.stat().st_size] == []


def test_the_containers_can_write_to_their_data_alone_and_gain_no_right() -> None:
    yaml = importlib.import_module("yaml")
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
    services = compose["services"]
    ours = [service for service in services.values() if service.get("image") == "surveyapp"]
    assert [service["command"][0] for service in ours] == ["serve", "serve", "worker", "worker"]
    for service in ours:
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        said = succeed(service["command"][0], "--help")
        flags = [word for word in service["command"] if word.startswith("--")]
        assert all(flag in said for flag in flags)
    upstream = (DEPLOY / "nginx" / "upstream-compose.conf").read_text(encoding="utf-8")
    for web in ("web1", "web2"):
        assert services[web]["network_mode"] == "service:proxy"
        assert f"127.0.0.1:{services[web]['command'][2]} " in upstream
        assert f":{services[web]['command'][2]}/readyz" in services[web]["healthcheck"]["test"][-1]
    published = [name for name, service in services.items() if "ports" in service]
    assert published == ["proxy"]
    assert "log_error_verbosity=terse" in services["database"]["command"]  # no row that it refused
    assert services["broker"]["networks"] == services["database"]["networks"] == ["inside"]
    build = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert re.findall(r"^USER (\w+)$", build, re.MULTILINE) == ["surveyapp"]
    for source in re.findall(r"^COPY (?!--from)(.+) \S+$", build, re.MULTILINE):
        assert all(list(TOP.glob(name)) for name in source.split()), source
