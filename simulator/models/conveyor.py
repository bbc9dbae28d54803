"""A belt conveyor: 4 kW, four poles on the mains, through a gear."""

from simulator.models.base import MachineModel
from simulator.models.components import belt, rolling_bearing

CONVEYOR = MachineModel(
    model="conveyor",
    drive="induction",
    synchronous_rpm=1500,  # [1/min] four poles at 50 Hz
    idle_speed=1.0,  # [1] the belt runs on, empty
    setup_speed=1.0,  # [1] never set up
    run_up_s=2.5,  # [s] soft start
    no_load_torque=0.35,  # [1] main resistance of belt and idlers without material; the split of DIN 22101
    fixed_loss_share=0.35,  # [1] typical of a 4-pole motor with a gear
    standby_share=0.01,  # [1] control
    vibration_load_share=0.3,  # [1] material falling on the belt
    mean_run_s=1500,  # [s]
    mean_pause_s=90,  # [s] nothing comes from upstream
    setup_s=0,
    components=(
        rolling_bearing(20_000, vibration_mm_s=6.5, temperature_share=0.30),  # [h] gear motor bearings
        belt(12_000),  # [h]
    ),
)
