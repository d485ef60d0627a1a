# The types of what `simulation.py` loads when it is first used.
from equipoise.simulate.worlds.world import (
    AnswerTruth as AnswerTruth,
    Cell as Cell,
    CourseTruth as CourseTruth,
    Enrollment as Enrollment,
    IndependentEndpoints as IndependentEndpoints,
    Law as Law,
    Randomization as Randomization,
    Reporting as Reporting,
    ResampledPatients as ResampledPatients,
    Switching as Switching,
    TimeTruth as TimeTruth,
    World as World,
)
from equipoise.simulate.worlds.laws import (
    law as law,
    law_from_median as law_from_median,
    law_from_survival as law_from_survival,
)
from equipoise.simulate.worlds.of_design import (
    Naming as Naming,
    world_of_survival as world_of_survival,
)
from equipoise.simulate.resampling import (
    RealPatients as RealPatients,
    real_patients as real_patients,
)
from equipoise.protocol.course import (
    AdverseEventRate as AdverseEventRate,
    Course as Course,
    CourseState as CourseState,
    ReadAnswer as ReadAnswer,
    ReadTime as ReadTime,
    Transition as Transition,
)
from equipoise.simulate.course.probabilities import (
    ImpliedAnswer as ImpliedAnswer,
    ImpliedTime as ImpliedTime,
    implied as implied,
    state_probabilities as state_probabilities,
)
from equipoise.simulate.conduct import (
    AfterEnrollment as AfterEnrollment,
    AfterEvents as AfterEvents,
    AfterLook as AfterLook,
    AfterPatients as AfterPatients,
    AtTime as AtTime,
    ClosedTest as ClosedTest,
    Conduct as Conduct,
    CoxWald as CoxWald,
    DropArms as DropArms,
    Enrich as Enrich,
    LogRank as LogRank,
    Look as Look,
    MaxCombo as MaxCombo,
    Milestone as Milestone,
    Proportions as Proportions,
    ReestimateSize as ReestimateSize,
    RestrictedMean as RestrictedMean,
    Tested as Tested,
)
from equipoise.monitor.bounds.rules import (
    CONTINUE as CONTINUE,
    Decisions as Decisions,
    EFFICACY as EFFICACY,
    Evidence as Evidence,
    FUTILITY as FUTILITY,
    FixedBounds as FixedBounds,
    HARM as HARM,
    HypothesisRules as HypothesisRules,
    NOT_TESTED as NOT_TESTED,
    StoppingRules as StoppingRules,
    UpdatedBounds as UpdatedBounds,
)
from equipoise.monitor.look.decide import (
    decide as decide,
)
from equipoise.monitor.inference.stagewise import (
    StagewiseInference as StagewiseInference,
    inference_at_stopping as inference_at_stopping,
    stagewise_inference as stagewise_inference,
)
from equipoise.monitor.inference.repeated_intervals import (
    RepeatedIntervals as RepeatedIntervals,
    repeated_intervals as repeated_intervals,
)
from equipoise.monitor.inference.bias_adjusted import (
    bias_adjusted_mean as bias_adjusted_mean,
)
from equipoise.simulate.plan import (
    Candidate as Candidate,
    HypothesisTruth as HypothesisTruth,
    Precision as Precision,
    Scenario as Scenario,
    SimulationPlan as SimulationPlan,
)
from equipoise.simulate.planned.planned import (
    PlannedRehearsal as PlannedRehearsal,
    planned_rehearsal as planned_rehearsal,
)
from equipoise.simulate.replays.trial import (
    PlannedSimulation as PlannedSimulation,
    Settings as Settings,
    TrialSimulation as TrialSimulation,
    plan_simulation as plan_simulation,
)
from equipoise.simulate.run import (
    run as run,
)
from equipoise.simulate.batch import (
    array_range as array_range,
    merge_parts as merge_parts,
)
from equipoise.simulate.simulation import (
    PairedDifference as PairedDifference,
    Simulation as Simulation,
)
from equipoise.simulate.characteristics.characteristics import (
    ArmCharacteristics as ArmCharacteristics,
    EstimateCharacteristics as EstimateCharacteristics,
    HypothesisCharacteristics as HypothesisCharacteristics,
    LookAverages as LookAverages,
    LookCharacteristics as LookCharacteristics,
    OperatingCharacteristics as OperatingCharacteristics,
    OperatingQuestion as OperatingQuestion,
    Verdicts as Verdicts,
)
from equipoise.simulate.characteristics.monte_carlo import (
    Mean as Mean,
    Probability as Probability,
    Quantile as Quantile,
    Spread as Spread,
)
from equipoise.simulate.grid import (
    Curve as Curve,
    GridPoint as GridPoint,
    curve_of as curve_of,
    grid_plan as grid_plan,
    number_of as number_of,
    table_of as table_of,
)
from equipoise.simulate.record import (
    simulation_json as simulation_json,
    simulation_record as simulation_record,
)
from equipoise.simulate.replicates import (
    replicate_table as replicate_table,
    write_replicates as write_replicates,
)
from equipoise.simulate.replays.replay import (
    Reading as Reading,
    Replayed as Replayed,
    ReplayedEstimate as ReplayedEstimate,
    ReplayedLook as ReplayedLook,
    path_of as path_of,
    replay as replay,
)
from equipoise.simulate.snapshots import (
    TrialSnapshot as TrialSnapshot,
    snapshot_of_trial as snapshot_of_trial,
)
from equipoise.simulate.characteristics.tail import (
    TailProbability as TailProbability,
    tail_probability as tail_probability,
)
from equipoise.simulate.rehearsal import (
    Rehearsal as Rehearsal,
    prepare as prepare,
)
from equipoise.simulate.rehearse import (
    rehearse_range as rehearse_range,
)
from equipoise.simulate.rehearsed import (
    Effects as Effects,
    Rehearsed as Rehearsed,
)
from equipoise.simulate.arrays import (
    LookTable as LookTable,
)
