import json

import preflight


def run(run_script, tmp_path, needs):
    arguments = ["--needs", json.dumps(needs), "--work-dir", tmp_path / "not" / "yet", "--device", "cpu"]
    return run_script("preflight.py", arguments)


def test_a_fitting_machine_passes_and_is_measured(run_script, tmp_path):
    code, [report] = run(run_script, tmp_path, {"vramGb": 0, "ramGb": 0.5, "diskGb": 0.1, "cores": 1})
    assert code == 0 and report["ok"]
    assert report["tokensPerSecond"] > 0 and report["ramGb"] > 0.5 and report["diskGb"] > 0.1
    assert [check["need"] for check in report["checks"]] == ["vramGb", "ramGb", "diskGb", "cores", "device"]


def test_what_is_missing_is_said(run_script, tmp_path):
    needs = {"gpu": {"vramGb": 1}, "cpu": {"vramGb": 0, "ramGb": 99999, "cores": 1}}
    code, [report] = run(run_script, tmp_path, needs)
    assert code == 0 and not report["ok"]
    failed = [check for check in report["checks"] if not check["ok"]]
    assert [check["need"] for check in failed] == ["ramGb"]
    assert "the job needs 99999 GiB" in failed[0]["message"]


def test_a_check_that_crashes_is_failed():
    def crash():
        raise OSError("no such sensor")

    check = preflight.check("ramGb", preflight.measured(crash), 0)
    assert not check["ok"] and check["have"] is None


def test_needs_that_make_no_sense_are_refused(run_script, tmp_path):
    code, events = run(run_script, tmp_path, {"wheels": 4})
    assert (code, events[-1]["code"]) == (2, "invalid-input")
