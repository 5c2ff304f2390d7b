import pytest

from dedup.workflows.stopwatch import Stopwatch


def costs(watch: Stopwatch) -> dict[str, tuple[float, float]]:
    return {stage.name: (stage.seconds, stage.cpu_seconds) for stage in watch.stages}


def test_a_part_of_a_lap_counts_for_its_own_stage_only() -> None:
    watch = Stopwatch()
    with watch.part("words"):
        sum(range(300_000))
    watch.lap("read")
    found = costs(watch)
    assert found["words"][1] > found["read"][1]
    assert found["read"][0] + found["words"][0] <= watch.seconds() + 0.001


def test_cpu_seconds_of_other_processes_come_on_top_and_their_wall_seconds_are_shared_out() -> None:
    watch = Stopwatch()
    watch.add({"read": (30.0, 20.0), "words": (10.0, 5.0)}, elsewhere=True)
    watch.lap("read")
    found = costs(watch)
    assert found["words"][1] == 5.0
    assert found["read"][1] == pytest.approx(20.0, abs=1.0)
    assert found["read"][0] + found["words"][0] <= watch.seconds() + 0.001


def test_laps_follow_each_other() -> None:
    watch = Stopwatch()
    for name in ("read", "signatures", "report"):
        watch.lap(name)
    assert [stage.name for stage in watch.stages] == ["read", "signatures", "report"]
    assert all(stage.peak_bytes > 1 << 20 for stage in watch.stages)
