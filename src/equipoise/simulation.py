"""Everything a rehearsal takes, in one place, each loaded when it is first used.

    from equipoise.simulation import Conduct, SimulationPlan, World, run

`docs/simulate.md` lists everything by task; `simulation.pyi` tells the types of the same names.
"""

from equipoise.offered import loader

HOME = {  # module → what it offers
    "simulate.worlds.world": (
        "AnswerTruth Cell CourseTruth Enrollment IndependentEndpoints Law Randomization "
        "Reporting ResampledPatients Switching TimeTruth World"
    ),
    "simulate.worlds.laws": "law law_from_median law_from_survival",
    "simulate.worlds.of_design": "Naming world_of_survival",
    "simulate.resampling": "RealPatients real_patients",
    "protocol.course": "AdverseEventRate Course CourseState ReadAnswer ReadTime Transition",
    "simulate.course.probabilities": "ImpliedAnswer ImpliedTime implied state_probabilities",
    "simulate.conduct": (
        "AfterEnrollment AfterEvents AfterLook AfterPatients AtTime ClosedTest Conduct CoxWald "
        "DropArms Enrich LogRank Look MaxCombo Milestone Proportions ReestimateSize "
        "RestrictedMean Tested"
    ),
    "monitor.bounds.rules": (
        "CONTINUE Decisions EFFICACY Evidence FUTILITY FixedBounds HARM HypothesisRules "
        "NOT_TESTED StoppingRules UpdatedBounds"
    ),
    "monitor.look.decide": "decide",
    "monitor.inference.stagewise": "StagewiseInference inference_at_stopping stagewise_inference",
    "monitor.inference.repeated_intervals": "RepeatedIntervals repeated_intervals",
    "monitor.inference.bias_adjusted": "bias_adjusted_mean",
    "simulate.plan": "Candidate HypothesisTruth Precision Scenario SimulationPlan",
    "simulate.planned.planned": "PlannedRehearsal planned_rehearsal",
    "simulate.replays.trial": "PlannedSimulation Settings TrialSimulation plan_simulation",
    "simulate.run": "run",
    "simulate.batch": "array_range merge_parts",
    "simulate.simulation": "PairedDifference Simulation",
    "simulate.characteristics.characteristics": (
        "ArmCharacteristics EstimateCharacteristics HypothesisCharacteristics LookAverages "
        "LookCharacteristics OperatingCharacteristics OperatingQuestion Verdicts"
    ),
    "simulate.characteristics.monte_carlo": "Mean Probability Quantile Spread",
    "simulate.grid": "Curve GridPoint curve_of grid_plan number_of table_of",
    "simulate.record": "simulation_json simulation_record",
    "simulate.replicates": "replicate_table write_replicates",
    "simulate.replays.replay": "Reading Replayed ReplayedEstimate ReplayedLook path_of replay",
    "simulate.snapshots": "TrialSnapshot snapshot_of_trial",
    "simulate.characteristics.tail": "TailProbability tail_probability",
    "simulate.rehearsal": "Rehearsal prepare",
    "simulate.rehearse": "rehearse_range",
    "simulate.rehearsed": "Effects Rehearsed",
    "simulate.arrays": "LookTable",
}
MODULE_OF = {
    name: f"equipoise.{module}" for module, names in HOME.items() for name in names.split()
}

__all__ = list(MODULE_OF)


__getattr__ = loader(globals(), MODULE_OF, "docs/simulate.md")


def __dir__() -> list[str]:
    return sorted(__all__)
