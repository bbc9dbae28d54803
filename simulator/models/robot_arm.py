"""A robot arm: 3 kW of servo drives, moving or holding still."""

from simulator.models.base import MachineModel

ROBOT_ARM = MachineModel(
    model="robot_arm",
    drive="servo",
    lowest_speed=0.4,  # [1] mean speed of the main joint in the slowest programme
    idle_speed=0.0,  # [1] holds still
    setup_speed=0.2,  # [1] teaching is limited to 250 mm/s (ISO 10218-1), a fraction of working speed
    run_up_s=0.4,  # [s] servo
    no_load_torque=0.3,  # [1] holding its own weight, friction of the gears
    fixed_loss_share=0.5,  # [1] controller, fans, brakes held open
    vibration_load_share=0.5,  # [1] accelerations
    vibration_wear_growth=1.6,  # [1] at the end of life 0.6 · √(1 + 1.6²) = 1.1 mm/s, zone A
    rating_life_h=20_000,  # [h] common interval for the overhaul of gears
    mean_run_s=600,  # [s]
    mean_pause_s=40,  # [s] waits for a part
    setup_s=240,  # [s] change of gripper and programme
)
