"""Looks that all panels share: colours, sizes, legends, how a query is written.

A panel gets its title, its unit and its queries from the function that makes it; everything else is here.
"""

from __future__ import annotations

from dataclasses import dataclass
from string import ascii_uppercase

from grafana_foundation_sdk.builders import (
    bargauge,
    cloudwatch,
    common,
    dashboard,
    prometheus,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models import common as common_models
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.grafana.cloudwatch import DATASOURCE as CLOUDWATCH
from dashboards.grafana.cloudwatch import CloudQuery
from dashboards.grafana.cloudwatch import target as cloud_target

DATASOURCE_UID = "factory-prometheus"
DATASOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
MIXED = models.DataSourceRef(type_val="datasource", uid="-- Mixed --")

GOOD, WARN, BAD, PLAIN = "green", "orange", "red", "text"
HEIGHT, STAT_HEIGHT = 8, 4
WHOLE, HALF, THIRD, QUARTER, SIXTH = 24, 12, 8, 6, 4


@dataclass(frozen=True, slots=True)
class Query:
    """A question to Prometheus, and what its answer is called in the legend."""

    expr: str
    legend: str = ""


AnyQuery = Query | CloudQuery
Steps = tuple[tuple[float | None, str], ...]
"""Colours by the value from which they hold, the first from `None`."""


def steps(*levels: tuple[float, str], first: str = GOOD) -> Steps:
    """Colours from the first on.

    Example:
        >>> steps((2.8, WARN), (4.5, BAD))
        ((None, 'green'), (2.8, 'orange'), (4.5, 'red'))
    """
    return ((None, first), *levels)


def thresholds(levels: Steps) -> dashboard.ThresholdsConfig:
    """Thresholds of a panel."""
    config = dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE)
    return config.steps([models.Threshold(value=value, color=color) for value, color in levels])


NO_STEPS: Steps = steps(first=PLAIN)
"""For numbers that are neither good nor bad."""


def stat_panel(title: str, description: str, unit: str, query: AnyQuery, levels: Steps = NO_STEPS) -> stat.Panel:
    """One number now, coloured by what it means."""
    panel = stat.Panel().title(title).description(description).unit(unit).datasource(asked_of(query))
    panel = panel.span(QUARTER).height(STAT_HEIGHT).color_mode(common_models.BigValueColorMode.VALUE)
    panel = panel.graph_mode(common_models.BigValueGraphMode.AREA).thresholds(thresholds(levels))
    return panel.reduce_options(_last()).with_target(_range(query, 0))


def lines_panel(
    title: str, description: str, unit: str, *queries: AnyQuery, levels: Steps | None = None, span: int = HALF
) -> timeseries.Panel:
    """Lines over time, with thresholds as dashed lines where they mean something."""
    panel = timeseries.Panel().title(title).description(description).unit(unit).datasource(asked_of(*queries))
    panel = panel.span(span).height(HEIGHT).fill_opacity(0).line_width(1)
    panel = panel.show_points(common_models.VisibilityMode.NEVER).legend(
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(common_models.LegendDisplayMode.LIST)
        .placement(common_models.LegendPlacement.BOTTOM)
    )
    panel = panel.tooltip(common.VizTooltipOptions().mode(common_models.TooltipDisplayMode.MULTI))
    if levels is not None:
        style = common.GraphThresholdsStyleConfig().mode(common_models.GraphThresholdsStyleMode.DASHED)
        panel = panel.thresholds(thresholds(levels)).thresholds_style(style)
    for number, query in enumerate(queries):
        panel = panel.with_target(_range(query, number))
    return panel


def bars_panel(title: str, description: str, unit: str, query: Query, levels: Steps, *, most: float) -> bargauge.Panel:
    """A bar a machine, the worst first, coloured where a limit is passed."""
    panel = bargauge.Panel().title(title).description(description).unit(unit).datasource(DATASOURCE)
    panel = panel.span(THIRD).height(HEIGHT).orientation(common_models.VizOrientation.HORIZONTAL).min(0).max(most)
    panel = panel.thresholds(thresholds(levels)).reduce_options(_last())
    return panel.with_target(_instant(query, 0))


def states_panel(title: str, description: str, query: Query, names: dict[int, tuple[str, str]]) -> statetimeline.Panel:
    """A band over time whose colour is a state; `names` says which number is which state in which colour."""
    panel = statetimeline.Panel().title(title).description(description).datasource(DATASOURCE)
    panel = panel.span(WHOLE).height(STAT_HEIGHT).mappings([value_names(names)])
    return panel.with_target(_range(query, 0))


def value_names(names: dict[int, tuple[str, str]]) -> models.ValueMap:
    """Words and colours for numbers."""
    options = {str(value): models.ValueMappingResult(text=text, color=color) for value, (text, color) in names.items()}
    return models.ValueMap(options=options)


def table_panel(title: str, description: str, *queries: Query, span: int = WHOLE, height: int = 10) -> table.Panel:
    """A row a series now; several queries become columns of the same row, named by their legends."""
    panel = table.Panel().title(title).description(description).datasource(DATASOURCE).span(span).height(height)
    panel = panel.filterable(True)
    for number, query in enumerate(queries):
        panel = panel.with_target(_instant(query, number).format(PromQueryFormat.TABLE))
    if len(queries) > 1:
        panel = panel.with_transformation(models.DataTransformerConfig(id_val="merge", options={}))
    return panel


def columns(
    panel: table.Panel, queries: tuple[Query, ...], labels: dict[str, str], hidden: tuple[str, ...]
) -> table.Panel:
    """Columns of a table in words: labels by their names, values by the legends of their queries."""
    single = {"Value": queries[0].legend}
    values = single if len(queries) == 1 else {f"Value #{ascii_uppercase[n]}": q.legend for n, q in enumerate(queries)}
    names = labels | values
    options = {
        "excludeByName": dict.fromkeys(("Time", *hidden), True),
        "indexByName": {name: number for number, name in enumerate(names)},
        "renameByName": names,
    }
    return panel.with_transformation(models.DataTransformerConfig(id_val="organize", options=options))


def cell(unit: str, levels: Steps | None = None) -> list[models.DynamicConfigValue]:
    """How a column of a table is written and coloured."""
    properties = [models.DynamicConfigValue(id_val="unit", value=unit)]
    if levels is not None:
        config = {"mode": "absolute", "steps": [{"value": value, "color": color} for value, color in levels]}
        properties += [
            models.DynamicConfigValue(id_val="thresholds", value=config),
            models.DynamicConfigValue(id_val="custom.cellOptions", value={"type": "color-text"}),
        ]
    return properties


def frame(title: str, uid: str, description: str) -> dashboard.Dashboard:
    """An empty dashboard with the data source, the plant and links to the others."""
    board = dashboard.Dashboard(title).uid(uid).description(description).tags(["smart-factory"]).editable()
    board = board.refresh("5s").time("now-15m", "now").timezone("browser")
    board = board.tooltip(models.DashboardCursorSync.CROSSHAIR)
    board = board.link(
        dashboard.DashboardLink("Factory")
        .type(models.DashboardLinkType.DASHBOARDS)
        .tags(["smart-factory"])
        .as_dropdown(True)
        .keep_time(True)
        .include_vars(True)
    )
    return board.with_variable(
        dashboard.DatasourceVariable("datasource")
        .label("Prometheus")
        .type("prometheus")
        .current(models.VariableOption(text="Prometheus", value=DATASOURCE_UID))
    ).with_variable(choice("plant", "Plant", "plant"))


def choice(name: str, label: str, of: str, matchers: str = "") -> dashboard.QueryVariable:
    """A variable whose values are those of a label of the machines that are known, silent ones too."""
    query = f"label_values(machine:last_reading:timestamp_seconds{{{matchers}}}, {of})"
    return (
        dashboard.QueryVariable(name)
        .label(label)
        .datasource(DATASOURCE)
        .query({"query": query, "refId": f"{name}-values"})
        .refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(models.VariableSort.ALPHABETICAL_ASC)
    )


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(False)


def asked_of(*queries: AnyQuery) -> models.DataSourceRef:
    """The data source of a panel: the one of all its queries, or Grafana's word for several."""
    kinds = {isinstance(query, CloudQuery) for query in queries}
    return MIXED if len(kinds) > 1 else CLOUDWATCH if kinds == {True} else DATASOURCE


def _range(query: AnyQuery, number: int) -> prometheus.Dataquery | cloudwatch.CloudWatchMetricsQuery:
    if isinstance(query, CloudQuery):
        return cloud_target(query, ascii_uppercase[number])
    return _target(query, number).range()


def _instant(query: Query, number: int) -> prometheus.Dataquery:
    return _target(query, number).instant()


def _target(query: Query, number: int) -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(query.expr).ref_id(ascii_uppercase[number]).datasource(DATASOURCE)
    return target.legend_format(query.legend or "__auto")
