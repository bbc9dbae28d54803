"""Every metric of the factory: name, kind, help and labels, declared once.

Exporters, recording rules, dashboards and tests use this list; a name that is not here is a mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MACHINE_LABELS = ("plant", "line", "device_id", "model")


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric as its exporter declares it."""

    name: str
    kind: Literal["gauge", "counter", "histogram"]
    help: str
    labels: tuple[str, ...] = ()
    buckets: tuple[float, ...] = ()

    @property
    def declared_name(self) -> str:
        """The name that a client library expects: counters without `_total`."""
        return self.name.removesuffix("_total") if self.kind == "counter" else self.name


MACHINE_TEMPERATURE = Metric(
    "machine_temperature_celsius",
    "gauge",
    "Bearing housing temperature as the sensor tells it.",
    MACHINE_LABELS,
)
MACHINE_VIBRATION = Metric(
    "machine_vibration_velocity_mm_per_second",
    "gauge",
    "Vibration velocity RMS, 10-1000 Hz (ISO 20816-3), as the sensor tells it.",
    MACHINE_LABELS,
)
MACHINE_ROTATION = Metric("machine_rotation_rpm", "gauge", "Shaft speed as the sensor tells it.", MACHINE_LABELS)
MACHINE_POWER = Metric("machine_power_kilowatts", "gauge", "Electrical power as the meter tells it.", MACHINE_LABELS)
MACHINE_RUNNING = Metric("machine_running", "gauge", "1 while the machine's state is running, else 0.", MACHINE_LABELS)
MACHINE_LAST_READING = Metric(
    "machine_last_reading_timestamp_seconds",
    "gauge",
    "Unix time of the last reading that the machine published.",
    MACHINE_LABELS,
)
NAMEPLATE_RATED_INPUT = Metric(
    "machine_nameplate_rated_input_kilowatts",
    "gauge",
    "Electrical power at rated load, from the nameplate.",
    ("plant", "model"),
)
NAMEPLATE_TEMPERATURE_RISE = Metric(
    "machine_nameplate_temperature_rise_kelvin",
    "gauge",
    "Steady temperature rise over the hall's air at rated electrical power, from the nameplate.",
    ("plant", "model"),
)
NAMEPLATE_TIME_CONSTANT = Metric(
    "machine_nameplate_thermal_time_constant_seconds",
    "gauge",
    "Thermal time constant of the bearing housing, from the nameplate.",
    ("plant", "model"),
)
NAMEPLATE_TEMPERATURE_LIMIT = Metric(
    "machine_nameplate_temperature_limit_celsius",
    "gauge",
    "Bearing housing temperature not to be exceeded, from the nameplate.",
    ("plant", "model"),
)

VEHICLE_SPEED = Metric(
    "vehicle_speed_kilometers_per_hour", "gauge", "Speed over ground as the sensor tells it.", MACHINE_LABELS
)
VEHICLE_FUEL = Metric("vehicle_fuel_percent", "gauge", "Fuel by the content of the tank, in percent.", MACHINE_LABELS)
VEHICLE_ENGINE_TEMPERATURE = Metric(
    "vehicle_engine_temperature_celsius", "gauge", "Coolant temperature as the sensor tells it.", MACHINE_LABELS
)
VEHICLE_LATITUDE = Metric("vehicle_latitude_degrees", "gauge", "Latitude, WGS 84, as GPS tells it.", MACHINE_LABELS)
VEHICLE_LONGITUDE = Metric("vehicle_longitude_degrees", "gauge", "Longitude, WGS 84, as GPS tells it.", MACHINE_LABELS)
VEHICLE_ODOMETER = Metric("vehicle_odometer_kilometers", "gauge", "Distance driven since new.", MACHINE_LABELS)
VEHICLE_LAST_READING = Metric(
    "vehicle_last_reading_timestamp_seconds",
    "gauge",
    "Unix time of the last reading that the vehicle published.",
    MACHINE_LABELS,
)

SIMULATOR_MACHINES = Metric("simulator_machines", "gauge", "Machines that this process plays.")
SIMULATOR_CONNECTED = Metric("simulator_connected_machines", "gauge", "Machines with a live MQTT connection.")
SIMULATOR_GENERATED = Metric("simulator_messages_generated_total", "counter", "Messages given a sequence number.")
SIMULATOR_PUBLISHED = Metric("simulator_messages_published_total", "counter", "Messages handed to a connection.")
SIMULATOR_ACKNOWLEDGED = Metric(
    "simulator_messages_acknowledged_total",
    "counter",
    "Messages that the broker took (PUBACK reason below 128).",
)
SIMULATOR_REFUSED = Metric(
    "simulator_messages_refused_total",
    "counter",
    "Messages that can never be delivered: policy (the broker said no) or oversize (over 128 KB).",
    ("reason",),
)
SIMULATOR_OVERFLOWED = Metric(
    "simulator_messages_overflowed_total",
    "counter",
    "Oldest messages dropped because the offline store was full.",
)
SIMULATOR_DELAYED = Metric(
    "simulator_messages_delayed_total", "counter", "Messages that a fault kept back for a while."
)
SIMULATOR_SENT_AGAIN = Metric(
    "simulator_messages_sent_again_total",
    "counter",
    "Repeats of a message under its number, sent because of a fault, that the broker took.",
)
SIMULATOR_STORED = Metric(
    "simulator_stored_messages", "gauge", "Messages waiting in the offline store or for a PUBACK."
)
SIMULATOR_STORE_LIMIT = Metric(
    "simulator_store_limit_messages", "gauge", "Messages kept at most; beyond it the oldest are dropped."
)
SIMULATOR_WORKERS = Metric("simulator_workers", "gauge", "Processes that play machines.")
SIMULATOR_WORKER_RESTARTS = Metric(
    "simulator_worker_restarts_total", "counter", "Processes started anew because one had died."
)
SIMULATOR_RECONNECTS = Metric("simulator_reconnects_total", "counter", "Connections made again after an interruption.")
SIMULATOR_PUBACK_SECONDS = Metric(
    "simulator_puback_seconds",
    "histogram",
    "From handing a message to its connection to the PUBACK.",
    (),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
SIMULATOR_STEP_SECONDS = Metric(
    "simulator_step_seconds",
    "histogram",
    "Work of one step of a shard of the plant.",
    ("shard",),
    (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1),
)
SIMULATOR_LAST_STEP = Metric(
    "simulator_last_step_timestamp_seconds", "gauge", "Unix time of the last step of a shard.", ("shard",)
)
SIMULATOR_STEPS_LEFT_OUT = Metric(
    "simulator_steps_left_out_total",
    "counter",
    "Steps of a shard that were left out because the one before came late or the shard was paused.",
    ("shard",),
)
SIMULATOR_OLDEST_UNANSWERED = Metric(
    "simulator_oldest_unanswered_seconds",
    "gauge",
    "Age of the oldest message of a shard that was handed to a connection and has no PUBACK yet.",
    ("shard",),
)
SIMULATOR_FULL_WINDOWS = Metric(
    "simulator_full_windows",
    "gauge",
    "Machines of a shard that wait for PUBACKs before they send more: 100 messages are under way.",
    ("shard",),
)
SIMULATOR_RUN = Metric("simulator_run", "gauge", "Generation with which a shard is played.", ("shard",))
SIMULATOR_SHIPPED_BYTES = Metric(
    "simulator_shipped_bytes_total", "counter", "Bytes of ledger and truth that S3 took, where they are shipped there."
)
SIMULATOR_SHIP_FAILURES = Metric(
    "simulator_ship_failures_total", "counter", "Shipments of ledger and truth that failed and are tried again."
)
SIMULATOR_UNSHIPPED_BYTES = Metric(
    "simulator_unshipped_bytes", "gauge", "Bytes of ledger and truth that lie on disk alone since the last shipment."
)
SIMULATOR_LAST_SHIPMENT = Metric(
    "simulator_last_shipment_timestamp_seconds",
    "gauge",
    "Unix time of the last shipment that left nothing behind; 0 where ledger and truth are not shipped.",
)

RULES_RECEIVED = Metric(
    "rules_messages_received_total", "counter", "Messages that reached the engine, repeats included."
)
RULES_ACKNOWLEDGED = Metric(
    "rules_messages_acknowledged_total",
    "counter",
    "Messages acknowledged to the broker: every action is done.",
)
RULES_REPEATED = Metric(
    "rules_messages_repeated_total",
    "counter",
    "Messages seen before (device_id, run, seq) and therefore not acted on.",
)
RULES_PENDING = Metric("rules_pending_messages", "gauge", "Messages received and not yet acknowledged.")
RULES_TOPIC_MATCHES = Metric(
    "rules_topic_matches_total",
    "counter",
    "Messages on a topic that the rule's FROM selects, or sent to the rule by Basic Ingest (AWS: TopicMatch).",
    ("rule",),
)
RULES_PARSE_ERRORS = Metric(
    "rules_parse_errors_total",
    "counter",
    "Of these, messages that are not JSON (AWS: ParseError).",
    ("rule",),
)
RULES_NOT_FOUND = Metric(
    "rules_rule_not_found_total",
    "counter",
    "Messages of Basic Ingest for a rule that is unknown or disabled (AWS: RuleNotFound).",
)
RULES_MATCHED = Metric("rules_matched_total", "counter", "Messages whose WHERE was true.", ("rule",))
RULES_SQL_FAILURES = Metric("rules_sql_failures_total", "counter", "Evaluations that failed.", ("rule",))
RULES_LOOKING_UP = Metric(
    "rules_look_ups_open", "gauge", "Evaluations and templates with look-ups that are under way or wait for a thread."
)
RULES_LOOK_UP_SECONDS = Metric(
    "rules_look_up_seconds",
    "histogram",
    "One look-up of a function of the language, failed ones included; what is kept is not looked up.",
    ("function",),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
RULES_LOOK_UP_FAILURES = Metric("rules_look_up_failures_total", "counter", "Look-ups without an answer.", ("function",))
RULES_ACTIONS = Metric(
    "rules_action_success_total", "counter", "Messages for which the action succeeded.", ("rule", "action")
)
RULES_ACTION_FAILURES = Metric(
    "rules_action_failures_total",
    "counter",
    "Messages for which the action failed for good.",
    ("rule", "action"),
)
RULES_ACTION_RETRIES = Metric(
    "rules_action_retries_total",
    "counter",
    "Attempts of an action that failed and are tried again.",
    ("rule", "action"),
)
RULES_ERROR_ACTIONS = Metric(
    "rules_error_action_success_total", "counter", "Failed messages that the error action took.", ("rule",)
)
RULES_ACTION_SECONDS = Metric(
    "rules_action_seconds",
    "histogram",
    "One call of an action's service.",
    ("action",),
    (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
RULES_BATCHED_BYTES = Metric("rules_batched_bytes", "gauge", "Bytes in open batches.")
RULES_CONNECTED = Metric("rules_connected", "gauge", "1 while the engine is connected to the broker, else 0.")

MAIL_CAUGHT = Metric("mail_messages_caught_total", "counter", "Mails that the catcher took by SMTP.")
MAIL_STORED = Metric("mail_messages_stored", "gauge", "Mails in the catcher's box.")
MAIL_FORWARDED = Metric(
    "mail_notifications_forwarded_total",
    "counter",
    "Notifications of the SNS topic that were sent on by SMTP.",
)
MAIL_FORWARD_FAILURES = Metric(
    "mail_notification_failures_total", "counter", "Attempts to send a notification on by SMTP that failed."
)

MODEL_SERVER_REQUESTS = Metric(
    "model_server_requests_total", "counter", "Requests for verdicts, by the status of their answer.", ("status",)
)
MODEL_SERVER_ROWS = Metric(
    "model_server_rows_total",
    "counter",
    "Rows of requests by what came out: the label, or refused where the row cannot be judged.",
    ("result",),
)
MODEL_SERVER_REQUEST_SECONDS = Metric(
    "model_server_request_seconds",
    "histogram",
    "From the first byte of a request to its answer.",
    (),
    (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
MODEL_SERVER_MODEL = Metric("model_server_model", "gauge", "1 for the model that answers.", ("model", "version"))

VERDICT_FAILURE_PROBABILITY = Metric(
    "verdict_failure_probability",
    "gauge",
    "Probability that a component fails within the horizon, as the plant's model tells it.",
    MACHINE_LABELS,
)
VERDICT_REMAINING_LIFE = Metric(
    "verdict_remaining_life_seconds",
    "gauge",
    "Remaining life of the bearing, as the plant's model tells it: the bounds low, median and high of an "
    "interval of 80 %; low alone where it lasts longer than the model can tell.",
    (*MACHINE_LABELS, "bound"),
)
VERDICT_ANOMALY = Metric(
    "verdict_anomaly_index",
    "gauge",
    "How unlike its usual self a machine is; above 1 is anomalous.",
    MACHINE_LABELS,
)
VERDICT_FAULT_PROBABILITY = Metric(
    "verdict_fault_probability",
    "gauge",
    "Probability of the most probable kind of fault; the kind may be none.",
    (*MACHINE_LABELS, "kind"),
)
VERDICT_REASON = Metric(
    "verdict_reason",
    "gauge",
    "What a verdict comes from: the signals that add most, in log-odds (maintenance) or parts of the index (anomaly).",
    (*MACHINE_LABELS, "question", "signal"),
)
VERDICT_TIME = Metric(
    "verdict_timestamp_seconds",
    "gauge",
    "Unix time, by the plant's clock, of the end of the hour that was judged.",
    MACHINE_LABELS,
)

VERDICTS_MACHINES = Metric("verdicts_machines", "gauge", "Machines that are judged.")
VERDICTS_MODEL = Metric("verdicts_model", "gauge", "1 for each model that judges.", ("model", "version"))
VERDICTS_HOURS = Metric("verdicts_hours_judged_total", "counter", "Hours of the plant that were judged.")
VERDICTS_PUBLISHED = Metric(
    "verdicts_published_total", "counter", "Verdicts that the broker took, those on the running hour included."
)
VERDICTS_OBJECTS = Metric("verdicts_objects_read_total", "counter", "Objects of the archive that were read.")
VERDICTS_READINGS = Metric(
    "verdicts_readings_total",
    "counter",
    "Readings by what became of them: used; thinned (another of the same two minutes is used); late (their hour was "
    "over); unknown (of no machine that is judged); refused (no telemetry).",
    ("result",),
)
VERDICTS_FAILURES = Metric("verdicts_failures_total", "counter", "Turns that ended with a failure and are tried again.")
VERDICTS_TURN = Metric("verdicts_last_turn_timestamp_seconds", "gauge", "Unix time of the last turn that succeeded.")
VERDICTS_HOUR = Metric(
    "verdicts_last_hour_timestamp_seconds", "gauge", "Unix time, by the plant's clock, at which the last hour ended."
)

METRICS: dict[str, Metric] = {value.name: value for value in list(vars().values()) if isinstance(value, Metric)}
"""All of the above, by name."""
