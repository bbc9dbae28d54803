"""An injection moulding press: 37 kW servo-hydraulic, set up for each mould."""

from simulator.models.base import MachineModel
from simulator.models.components import air_filter, rolling_bearing, shaft_seal

INJECTION_PRESS = MachineModel(
    model="injection_press",
    drive="servo",
    lowest_speed=0.5,  # [1] pump speed of the slowest cycle; servo pumps follow the demand
    idle_speed=0.1,  # [1] holds the clamp's pressure
    setup_speed=0.2,  # [1] mould change and purging
    run_up_s=0.8,  # [s] servo pump
    no_load_torque=0.2,  # [1] holding pressure
    # [1] barrel heaters and control are on whatever is moulded: Gutowski, Dahmus and Thiriez, 13th CIRP LCE 2006
    fixed_loss_share=0.7,
    standby_share=0.10,  # [1] barrel heaters are lowered, not off
    vibration_load_share=0.45,  # [1] clamping and ejecting
    mean_run_s=4500,  # [s]
    mean_pause_s=120,  # [s] a part sticks, a hopper is filled
    setup_s=900,  # [s] change of the mould
    components=(
        rolling_bearing(20_000, vibration_mm_s=6.0, temperature_share=0.25),  # [h] pump bearings
        shaft_seal(15_000),  # [h] cylinder and pump seals
        air_filter(3000, torque_share=0.05, temperature_share=0.15),  # [h] oil filter; makers ask for 2,000 h
    ),
)
