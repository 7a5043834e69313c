"""One run, every stage named once, in order: sources → resources and grants → graph → findings."""

from __future__ import annotations

from dataclasses import replace

from analyzer.inputs import Found, find
from analyzer.progress import Progress
from analyzer.readers.merging import undeclared
from analyzer.report import Inputs, Report
from analyzer.settings import Settings
from graph.build import build
from graph.estate import Estate
from graph.powers import powers_of
from graph.problems import Problem
from graph.reach import Reach
from graph.survival import survive
from rules.acceptance import accept, expired
from rules.folding import folded
from rules.registry import judge
from rules.world import Options, World


def analyze(settings: Settings, progress: Progress | None = None) -> Report:
    """The whole analysis. Bad input becomes problems; only a fault of blastwall itself raises."""
    step = (progress or Progress(shown=False)).step
    step("reading")
    found = find(settings)
    step("building the graph")
    world = see(found, settings, step)
    step("judging")
    findings, crashed = judge(world)
    findings = folded(world, accept(world, findings))
    return Report(
        world=world,
        findings=findings,
        problems=_once(
            *crashed,
            *expired(world),
            *undeclared(found.grants, world.graph.nodes.keys()),
            *world.graph.problems,
            *found.problems,
        ),
        inputs=Inputs(found.files, found.stacks, found.modules, found.outputs, found.environments),
        settings=settings,
    )


def _once(*problems: Problem) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problems))


def see(found: Found, settings: Settings, step: object = None) -> World:
    """Estate → graph → reach → survival."""
    estate = Estate(found.resources, found.grants, settings.today).ordered()
    graph = build(estate)
    if callable(step):
        step("following credentials")
    reach = Reach(graph)
    survival = survive(graph, powers_of(reach))
    options = Options(demand=settings.demand)
    if settings.max_loss is not None:
        options = replace(options, max_loss=settings.max_loss)
    return World(estate, graph, reach, survival, options)
