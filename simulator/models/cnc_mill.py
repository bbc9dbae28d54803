"""A CNC mill: a 15 kW spindle on an inverter, set up for each order."""

from simulator.models.base import MachineModel
from simulator.models.components import cutting_tool, rolling_bearing

# Where no source is named, the value is typical of the class and chosen by us.
CNC_MILL = MachineModel(
    model="cnc_mill",
    drive="servo",
    lowest_speed=0.6,  # [1] roughing in steel at 3600 1/min, finishing at rated speed
    idle_speed=0.0,  # [1] the spindle stops while a part is changed
    setup_speed=0.15,  # [1] probing and touching off turn slowly
    run_up_s=1.5,  # [s] spindles of this size reach speed in 3 to 5 s
    no_load_torque=0.08,  # [1] bearings, seals and belt of a spindle that cuts air
    # [1] control, coolant and hydraulics go on whatever is cut: Gutowski, Dahmus and Thiriez, "Electrical energy
    # requirements for manufacturing processes", 13th CIRP LCE 2006, found a constant part in all machine tools
    fixed_loss_share=0.6,
    standby_share=0.06,  # [1] control and cabinet stay on
    vibration_load_share=0.4,  # [1] cutting forces; teeth entering the cut
    mean_run_s=900,  # [s] cutting time of a part
    mean_pause_s=75,  # [s] change of the part
    setup_s=420,  # [s] change of tools and fixture
    components=(
        rolling_bearing(15_000, vibration_mm_s=6.0, temperature_share=0.30),  # [h] spindle bearings at high speed
        cutting_tool(60.0),  # [h] a magazine of sister tools, each good for about an hour of cutting
    ),
)
