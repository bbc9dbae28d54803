"""A screw compressor: 55 kW, two poles on the mains, modulated and unloaded."""

from simulator.models.base import MachineModel

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
    vibration_load_share=0.35,  # [1] gas pulsation
    vibration_wear_growth=1.0,  # [1] at the end of life 1.6 · √2 = 2.3 mm/s, still below B/C at 2.8
    rating_life_h=24_000,  # [h] common interval for renewing the bearings of an air end
    mean_run_s=2700,  # [s]
    mean_pause_s=120,  # [s] unloaded until the pressure falls
    setup_s=0,
)
