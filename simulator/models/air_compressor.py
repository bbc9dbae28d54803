"""A screw compressor: 55 kW, two poles on the mains, modulated and unloaded."""

from simulator.models.base import MachineModel
from simulator.models.components import air_filter, rolling_bearing

AIR_COMPRESSOR = MachineModel(
    model="air_compressor",
    drive="induction",
    synchronous_rpm=3000,  # [1/min] two poles at 50 Hz
    idle_speed=1.0,  # [1] unloaded at full speed
    setup_speed=1.0,  # [1] never set up
    run_up_s=3.0,  # [s] star-delta start
    # [1] an unloaded rotary screw takes 15 to 35 % of full power: U.S. Department of Energy, "Improving Compressed Air
    # System Performance: a Sourcebook for Industry", 3rd ed. 2016, section on controls
    no_load_torque=0.25,
    fixed_loss_share=0.4,  # [1] typical of a 2-pole motor
    standby_share=0.02,  # [1] control, crankcase heater
    vibration_load_share=0.35,  # [1] gas pulsation
    mean_run_s=2700,  # [s]
    mean_pause_s=120,  # [s] unloaded until the pressure falls
    setup_s=0,
    components=(
        rolling_bearing(24_000, vibration_mm_s=6.0, temperature_share=0.25),  # [h] airend bearings, makers' overhaul
        air_filter(4000, torque_share=0.06, temperature_share=0.20),  # [h] makers change inlet filters at 2,000 h
    ),
)
