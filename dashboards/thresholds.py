"""Every number by which the monitoring judges, in one place, each with when to change it."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

ISO_20816_3_RIGID_MM_S: dict[int, tuple[float, float, float]] = {1: (2.3, 4.5, 7.1), 2: (1.4, 2.8, 4.5)}
"""Zone boundaries A/B, B/C and C/D by machine group, rigid support: ISO 20816-3:2022, tables A.1 and A.2 [mm/s].

Zone A: new machines. B: good for long operation. C: not for long operation. D: can do damage.
"""

ANOMALOUS_ABOVE = 1.0
"""Index of anomaly from which a machine is anomalous: the models scale it so, nothing to be changed here [1]."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How long the past is with which a temperature is compared, and what is still usual.

    Attributes:
        name: value of the label `scale`.
        memory_s: time constant of the machine's own past [s]; a drift of r K/s can move away from it by r·memory.
        threshold_k: deviation that is never usual, at the load of the past [K].
    """

    name: str
    memory_s: float
    threshold_k: float


class Thresholds(BaseModel):
    """When the factory raises an alarm."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    drift_fast_memory_s: float = Field(
        default=180,
        gt=0,
        description="Time constant of the recent past [s]. Longer finds slower drifts on the fast scale, and takes "
        "more of a load change for one.",
    )
    drift_fast_threshold_k: float = Field(
        default=1.5,
        gt=0,
        description="Deviation from the recent past that raises the alarm [K]. Raise it where sensors are noisier than "
        "0.5 K; each 1 K costs 30 s of delay at 2 K/min.",
    )
    drift_slow_memory_s: float = Field(
        default=3600,
        gt=0,
        description="Time constant of the long past [s]. Longer finds slower drifts, and asks for steadier machines.",
    )
    drift_slow_threshold_k: float = Field(
        default=4.0,
        gt=0,
        description="Deviation from the long past that raises the alarm [K]. Raise it where cooling or lubrication "
        "changes in the course of a shift.",
    )
    drift_nameplate_tolerance: float = Field(
        default=0.15,
        ge=0,
        lt=1,
        description="Share of a change of expected rise by which a healthy machine may differ from its nameplate [1]. "
        "Machines deviate by 3 % (std) each in rise, time constant and input power: 5 % together, of which this is "
        "three times. Raise it where nameplates are rough.",
    )
    drift_peers: int = Field(
        default=4,
        ge=3,
        description="Machines from which on the plant's median corrects for the hall's air; below, a hall that warms "
        "up looks like drifts. Three are the least of which a median shrugs off one.",
    )
    drift_suspicion: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="Share of the threshold from which the past is learned more slowly, lest a drift becomes usual.",
    )
    drift_suspicion_slowdown: float = Field(
        default=20,
        ge=1,
        description="How many times more slowly. At 20 a sensor that was exchanged for one that reads otherwise is "
        "taken as usual within a day.",
    )
    drift_for_s: float = Field(
        default=8, ge=0, description="How long a deviation lasts before it counts [s]. Raise it where readings jump."
    )
    drift_relation_memory_s: float = Field(
        default=3600,
        gt=0,
        description="Time constant with which the relation of speed and of vibration to load is learned [s].",
    )
    drift_relation_warm_up_s: float = Field(
        default=1200,
        gt=0,
        description="How long that relation is learned before it judges [s]: a few orders, so that loads have varied.",
    )
    drift_rpm_threshold: float = Field(
        default=0.03,
        gt=0,
        description="Deviation of speed from the relation to load, by the machine's own mean speed [1].",
    )
    drift_vibration_threshold: float = Field(
        default=0.25,
        gt=0,
        description="Deviation of vibration from the relation to load, by the machine's own mean vibration [1]. Wear "
        "raises vibration too, over weeks; a drift of the sensor does within the hour.",
    )
    drift_relation_tolerance: float = Field(
        default=0.3,
        ge=0,
        description="What is allowed on top, by the distance of the load from its mean [1]: a line learned within one "
        "order is wrong at the next. Raise it where orders differ by more than half the rated load.",
    )
    overheating_for_s: float = Field(
        default=10, ge=0, description="How long above the nameplate's limit [s]. Raise it where a sensor spikes."
    )
    vibration_average_s: float = Field(
        default=30, gt=0, description="Averaging of vibration before it is compared with the zones [s]."
    )
    vibration_for_s: float = Field(
        default=60,
        ge=0,
        description="How long in zone C or D [s]: ISO 20816-3 judges steady running, so passing a resonance must not "
        "count.",
    )
    silent_after_s: float = Field(
        default=30,
        gt=0,
        description="Age of the last reading from which a machine is silent [s]; at least five reading intervals.",
    )
    silent_for_s: float = Field(
        default=20, ge=0, description="How long silent [s]. Covers the start of the programs after a stop."
    )
    forget_after_s: float = Field(
        default=7 * 86400,
        gt=0,
        description="After how long a machine that fell silent is forgotten, and its alarms with it [s]. Shorter where "
        "machines are taken away often.",
    )
    archive_within_s: float = Field(
        default=60,
        gt=0,
        description="Time from the broker's acknowledgement to the archive [s]. Above the engine's batch time (5 s) "
        "and one retry.",
    )
    archive_slack_s: float = Field(
        default=10,
        ge=0,
        description="Seconds of usual traffic that may be unaccounted for: what a killed program counted after its "
        "last scrape.",
    )
    archive_slack_messages: float = Field(
        default=20, ge=0, description="The same for a plant with hardly any traffic [messages]."
    )
    archive_forgive_s: float = Field(
        default=3600, gt=0, description="Time constant with which messages that never came are forgotten [s]."
    )
    archive_for_s: float = Field(default=15, ge=0, description="How long messages are missing before it counts [s].")
    down_for_s: float = Field(
        default=15, ge=0, description="How long a program does not answer [s]. Above the time of a restart."
    )
    model_window_s: float = Field(
        default=300,
        ge=30,
        description="Time over which the model server's requests are counted and timed [s]. Longer where few "
        "are asked.",
    )
    model_failed_share: float = Field(
        default=0.05, ge=0, lt=1, description="Share of requests that a model server may fail (statuses 5xx) [1]."
    )
    model_failed_least: float = Field(
        default=3,
        ge=1,
        description="Failed requests of the window from which on that share counts: of two requests one is a half.",
    )
    model_slow_s: float = Field(
        default=1.0,
        gt=0,
        description="Time for an answer that one request in twenty may exceed [s]. A batch of 500 rows takes a tenth "
        "of it; raise it where batches are larger, and keep it well below the client's timeout (the function's: 20 s).",
    )
    model_for_s: float = Field(
        default=60, ge=0, description="How long a model server fails or is slow before it counts [s]."
    )
    maintenance_probability: float = Field(
        default=0.5,
        gt=0,
        lt=1,
        description="Probability of a failure within the horizon from which maintenance is due [1]: that from which "
        "the model answers POSITIVE. Lower where a failure costs more than a needless visit.",
    )
    maintenance_horizon_s: float = Field(
        default=7 * 86400,
        gt=0,
        description="How far ahead that probability looks [s]: the model's, for colours and texts. Change it with a "
        "model that was trained for another one.",
    )
    maintenance_for_s: float = Field(
        default=6 * 3600,
        ge=0,
        description="How long each verdict has called for maintenance before it is told [s, by the plant's clock]. The "
        "first hours of a machine without a past are not to be trusted, and a week ahead some hours more cost nothing.",
    )
    verdicts_late_s: float = Field(
        default=300,
        gt=0,
        description="Time since the verdict job's last turn that succeeded [s]. It looks each 10 s; what AWS does not "
        "take it tries again by itself, after a minute at the latest, and counts. Longer for thousands of machines.",
    )
    verdicts_for_s: float = Field(default=60, ge=0, description="How long that lasts before it counts [s].")
    ledger_late_s: float = Field(
        default=600,
        gt=0,
        description="Time since a simulator last shipped its ledger, where it does [s]: so much of it would go with "
        "its disk. Above SIMULATOR_SHIP_SECONDS (60) and some attempts.",
    )
    keep_firing_s: float = Field(
        default=60, ge=0, description="How long an alarm stays after its value is well again [s], against flapping."
    )

    @property
    def scales(self) -> tuple[Scale, Scale]:
        """The two pasts with which a temperature is compared."""
        return (
            Scale("fast", self.drift_fast_memory_s, self.drift_fast_threshold_k),
            Scale("slow", self.drift_slow_memory_s, self.drift_slow_threshold_k),
        )
