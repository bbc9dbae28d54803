"""An industrial fan: 18.5 kW, belt-driven from a four-pole motor on the mains."""

from simulator.models.base import MachineModel
from simulator.models.components import air_filter, belt, rolling_bearing

INDUSTRIAL_FAN = MachineModel(
    model="industrial_fan",
    drive="induction",
    synchronous_rpm=1200,  # [1/min] of the fan's shaft: four poles at 50 Hz through a belt of 5 : 4
    idle_speed=1.0,  # [1] turns on against a closed damper
    setup_speed=1.0,  # [1] never set up
    run_up_s=6.0,  # [s] heavy impeller
    # [1] a centrifugal fan against a closed damper takes about half of its power: Bleier, "Fan Handbook", 1998, ch. 7
    no_load_torque=0.5,
    fixed_loss_share=0.35,  # [1] typical of a 4-pole motor with a belt
    standby_share=0.005,  # [1] a contactor and a transmitter
    vibration_load_share=0.15,  # [1] turbulence
    mean_run_s=7200,  # [s]
    mean_pause_s=150,  # [s] damper closed
    setup_s=0,
    components=(
        rolling_bearing(40_000, vibration_mm_s=6.0, temperature_share=0.25),  # [h] fans are built for 40,000 h
        belt(8000),  # [h] makers ask for a new set each year
        air_filter(4000, torque_share=0.06, temperature_share=0.10),  # [h] bag filters last half a year
    ),
)
