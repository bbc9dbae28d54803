"""A centrifugal pump: 30 kW, two poles on the mains, throttled."""

from simulator.models.base import MachineModel
from simulator.models.components import rolling_bearing, shaft_seal

CENTRIFUGAL_PUMP = MachineModel(
    model="centrifugal_pump",
    drive="induction",
    synchronous_rpm=3000,  # [1/min] two poles at 50 Hz
    idle_speed=1.0,  # [1] runs on against minimum flow
    setup_speed=1.0,  # [1] never set up
    run_up_s=2.0,  # [s] direct start
    no_load_torque=0.42,  # [1] shut-off power of radial impellers, 40 to 50 %: Gülich, "Centrifugal Pumps", 2010, ch. 4
    fixed_loss_share=0.4,  # [1] iron, friction and windage of a 2-pole motor, typical
    standby_share=0.005,  # [1] a contactor and a transmitter
    vibration_load_share=0.25,  # [1] blade passing
    mean_run_s=5400,  # [s]
    mean_pause_s=150,  # [s] a valve downstream is closed
    setup_s=0,
    components=(
        # [h] API 610 asks for an L10h of 25,000 h at rated conditions
        rolling_bearing(25_000, vibration_mm_s=6.0, temperature_share=0.25),
        shaft_seal(40_000),  # [h] API 682 asks for three years of uninterrupted service
    ),
)
