"""A robot arm: 3 kW of servo drives, moving or holding still."""

from simulator.models.base import MachineModel
from simulator.models.components import belt, rolling_bearing

ROBOT_ARM = MachineModel(
    model="robot_arm",
    drive="servo",
    lowest_speed=0.4,  # [1] mean speed of the main joint in the slowest programme
    idle_speed=0.0,  # [1] holds still
    setup_speed=0.2,  # [1] teaching is limited to 250 mm/s (ISO 10218-1), a fraction of working speed
    run_up_s=0.4,  # [s] servo
    no_load_torque=0.3,  # [1] holding its own weight, friction of the gears
    fixed_loss_share=0.5,  # [1] controller, fans, brakes held open
    standby_share=0.08,  # [1] controller, brakes held
    vibration_load_share=0.5,  # [1] accelerations
    mean_run_s=600,  # [s]
    mean_pause_s=40,  # [s] waits for a part
    setup_s=240,  # [s] change of gripper and programme
    components=(
        rolling_bearing(20_000, vibration_mm_s=7.0, temperature_share=0.30),  # [h] makers overhaul gears at 20,000 h
        belt(16_000, speed_loss=0.0),  # [h] timing belts of the wrist: teeth do not slip
    ),
)
