"""An electric motor drive: 22 kW, four poles on the mains, with a gear behind it."""

from simulator.models.base import MachineModel
from simulator.models.components import air_filter, rolling_bearing

ELECTRIC_MOTOR = MachineModel(
    model="electric_motor",
    drive="induction",
    synchronous_rpm=1500,  # [1/min] four poles at 50 Hz
    idle_speed=1.0,  # [1] turns on, unloaded
    setup_speed=1.0,  # [1] never set up
    run_up_s=2.5,  # [s] soft start
    no_load_torque=0.12,  # [1] windage and the gear without load
    fixed_loss_share=0.35,  # [1] iron, friction and windage of a 4-pole motor; IEC 60034-2-1 separates them
    standby_share=0.005,  # [1] a contactor and a transmitter
    vibration_load_share=0.3,  # [1] gear mesh
    mean_run_s=3600,  # [s]
    mean_pause_s=100,  # [s] unloaded while material is brought
    setup_s=0,
    components=(
        rolling_bearing(30_000, vibration_mm_s=6.0, temperature_share=0.25),  # [h] regreased bearings of this size
        air_filter(6000, torque_share=0.0, temperature_share=0.40),  # [h] dust in the ribs: it only runs hotter
    ),
)
