# The types of what `monitoring.py` loads when it is first used.
from equipoise.protocol.monitoring import (
    Belief as Belief,
    MonitoringPromise as MonitoringPromise,
    Projecting as Projecting,
    SafetyCount as SafetyCount,
)
from equipoise.monitor.cut.cut import (
    DataCut as DataCut,
    snapshot_at as snapshot_at,
)
from equipoise.monitor.cut.late import (
    LateEvent as LateEvent,
)
from equipoise.monitor.cut.late_reporting import (
    LookInHindsight as LookInHindsight,
    ReportedLate as ReportedLate,
    ReportedOutcome as ReportedOutcome,
    compared_with as compared_with,
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
from equipoise.monitor.look.look import (
    HypothesisLook as HypothesisLook,
    Look as Look,
    PastLook as PastLook,
    SeenStatistic as SeenStatistic,
    TrialRules as TrialRules,
)
from equipoise.monitor.bounds.planned_rules import (
    trial_rules as trial_rules,
)
from equipoise.monitor.statistics.statistics import (
    seen_statistics as seen_statistics,
    statistic_given as statistic_given,
)
from equipoise.monitor.look.hold import (
    hold_look as hold_look,
)
from equipoise.monitor.look.standing import (
    LookRead as LookRead,
    Standing as Standing,
    opened as opened,
)
from equipoise.monitor.look.decide import (
    decide as decide,
    decide_look as decide_look,
    decisions_of as decisions_of,
)
from equipoise.monitor.statistics.effect_scale import (
    EffectScale as EffectScale,
    effect_scale as effect_scale,
)
from equipoise.monitor.likely.likely import (
    likely_course as likely_course,
)
from equipoise.monitor.likely.values import (
    ConditionalChances as ConditionalChances,
    LikelyCourse as LikelyCourse,
    NeededRest as NeededRest,
    PowerCurve as PowerCurve,
    PredictedChances as PredictedChances,
    PredictedEnd as PredictedEnd,
)
from equipoise.monitor.likely.reverse_power import (
    Discordance as Discordance,
    ReversePower as ReversePower,
    discordance as discordance,
    reverse_power as reverse_power,
)
from equipoise.monitor.beliefs.priors import (
    Likelihood as Likelihood,
    likelihood_of as likelihood_of,
    prior_of as prior_of,
)
from equipoise.monitor.beliefs.beliefs import (
    Beliefs as Beliefs,
    BetterThan as BetterThan,
    Posterior as Posterior,
    beliefs_at as beliefs_at,
    updated as updated,
)
from equipoise.monitor.beliefs.densities import (
    Densities as Densities,
    densities as densities,
)
from equipoise.monitor.beliefs.critical_prior import (
    CriticalPrior as CriticalPrior,
    critical_prior as critical_prior,
)
from equipoise.monitor.inference.after_stopping import (
    after_stopping as after_stopping,
)
from equipoise.monitor.inference.inference import (
    AfterStopping as AfterStopping,
    Inference as Inference,
    Limits as Limits,
    Overrun as Overrun,
    Told as Told,
)
from equipoise.monitor.inference.stagewise import (
    StagewiseInference as StagewiseInference,
    inference_at_stopping as inference_at_stopping,
    stagewise_inference as stagewise_inference,
)
from equipoise.monitor.inference.orderings import (
    OrderedInference as OrderedInference,
    ordered_inference as ordered_inference,
)
from equipoise.monitor.inference.repeated_intervals import (
    RepeatedIntervals as RepeatedIntervals,
    repeated_intervals as repeated_intervals,
)
from equipoise.monitor.inference.bias_adjusted import (
    bias_adjusted_mean as bias_adjusted_mean,
    bias_of_estimate as bias_of_estimate,
)
from equipoise.monitor.inference.unbiased import (
    unbiased_estimate as unbiased_estimate,
)
from equipoise.monitor.inference.overrunning import (
    by_combination as by_combination,
    by_deletion as by_deletion,
    combined_z as combined_z,
    without_looks as without_looks,
)
from equipoise.monitor.future.at_hand import (
    patients_at_hand as patients_at_hand,
)
from equipoise.monitor.future.future import (
    FutureModel as FutureModel,
    PatientsAtHand as PatientsAtHand,
    RateDraws as RateDraws,
)
from equipoise.monitor.future.model import (
    AccrualPlan as AccrualPlan,
    fitted_future as fitted_future,
)
from equipoise.monitor.future.model_assumed import (
    accrual_after as accrual_after,
    assumed_future as assumed_future,
)
from equipoise.monitor.future.model_groups import (
    grouped as grouped,
)
from equipoise.monitor.future.model_hazards import (
    HazardPrior as HazardPrior,
)
from equipoise.monitor.future.forecast import (
    forecast as forecast,
)
from equipoise.monitor.future.forecast_of_answers import (
    AnswersForecast as AnswersForecast,
)
from equipoise.monitor.future.forecast_of_answers import (
    AnswersTarget as AnswersTarget,
)
from equipoise.monitor.future.forecast_of_answers import (
    forecast_answers as forecast_answers,
)
from equipoise.monitor.future.forecast_results import (
    Calendar as Calendar,
    Fan as Fan,
    Forecast as Forecast,
    PredictedDate as PredictedDate,
    TargetForecast as TargetForecast,
)
from equipoise.simulate.rest.rest import (
    simulate_rest as simulate_rest,
)
from equipoise.simulate.rest.start import (
    Foretold as Foretold,
)
from equipoise.simulate.rest.values import (
    HypothesisRest as HypothesisRest,
    LookToCome as LookToCome,
    Replicates as Replicates,
    RestOfTrial as RestOfTrial,
    StoppingNow as StoppingNow,
)
from equipoise.monitor.safety.safety import (
    SafetyReview as SafetyReview,
    safety_review as safety_review,
)
from equipoise.monitor.safety.bounds import (
    CheckHeld as CheckHeld,
    CheckToCome as CheckToCome,
    SafetyLook as SafetyLook,
    hold_rule as hold_rule,
    safety_boundaries as safety_boundaries,
)
from equipoise.monitor.safety.harms import (
    Harms as Harms,
    harms_of as harms_of,
)
from equipoise.monitor.safety.deaths import (
    ArmDeaths as ArmDeaths,
    KnownDeaths as KnownDeaths,
    ToxicDeaths as ToxicDeaths,
    known_deaths as known_deaths,
    toxic_deaths as toxic_deaths,
)
from equipoise.monitor.safety.incidence import (
    ToxicIncidence as ToxicIncidence,
)
from equipoise.monitor.safety.events import (
    ExposureRate as ExposureRate,
    NewEvents as NewEvents,
    NewInArm as NewInArm,
    SafetyEvents as SafetyEvents,
)
from equipoise.monitor.safety.exposure import (
    ArmExposure as ArmExposure,
    PatientTime as PatientTime,
    event_rate as event_rate,
    exposures as exposures,
    last_seen as last_seen,
    patient_time as patient_time,
    rate_ratio as rate_ratio,
)
from equipoise.monitor.reestimation.reestimation import (
    EventsReestimated as EventsReestimated,
    NuisanceEstimate as NuisanceEstimate,
    PooledAnswers as PooledAnswers,
    PooledMeasurements as PooledMeasurements,
    Reestimation as Reestimation,
    inflation_for_variance as inflation_for_variance,
)
from equipoise.monitor.reestimation.data import (
    pooled_data as pooled_data,
)
from equipoise.monitor.reestimation.hazard import (
    BlindedHazard as BlindedHazard,
    blinded_hazard as blinded_hazard,
)
from equipoise.monitor.reestimation.trial import (
    blinded_reestimation as blinded_reestimation,
)
from equipoise.monitor.pooled.trial import (
    PooledFindings as PooledFindings,
    PooledLate as PooledLate,
    PooledTrial as PooledTrial,
    canonical_text as canonical_text,
    pooled_trial as pooled_trial,
)
from equipoise.monitor.pooled.accrual import (
    AccrualMonth as AccrualMonth,
    PlannedAccrual as PlannedAccrual,
    PooledAccrual as PooledAccrual,
)
from equipoise.monitor.pooled.follow_up import (
    DataLag as DataLag,
)
from equipoise.monitor.pooled.harms import (
    PooledDeaths as PooledDeaths,
    PooledHarm as PooledHarm,
    PooledHarms as PooledHarms,
)
from equipoise.monitor.pooled.information import (
    EventsSeen as EventsSeen,
    PlannedEvents as PlannedEvents,
    PooledInformation as PooledInformation,
)
from equipoise.monitor.pooled.snapshot import (
    without_arms as without_arms,
)
from equipoise.monitor.masking import (
    Masking as Masking,
    UnmaskingKey as UnmaskingKey,
    check_key as check_key,
    commitment as commitment,
    masking_of as masking_of,
)
from equipoise.monitor.committee import (
    committee_protocol as committee_protocol,
    committee_snapshot as committee_snapshot,
)
from equipoise.io.unmasking_key import (
    draw_key as draw_key,
    key_path as key_path,
    read_key as read_key,
    write_key as write_key,
)
from equipoise.monitor.record.record import (
    Amendment as Amendment,
    CommitteeDecision as CommitteeDecision,
    KnownData as KnownData,
    KnownEvents as KnownEvents,
    Opening as Opening,
    Record as Record,
    RecordedHypothesis as RecordedHypothesis,
    RecordedLook as RecordedLook,
    past_looks as past_looks,
)
from equipoise.monitor.record.checks import (
    Asked as Asked,
    Permitted as Permitted,
    check_next as check_next,
)
from equipoise.monitor.record.lines import (
    chained as chained,
    extended as extended,
    line_of as line_of,
    seal_of as seal_of,
)
from equipoise.monitor.record.recording import (
    Circumstances as Circumstances,
    opening_of as opening_of,
    recorded_look as recorded_look,
)
from equipoise.monitor.record.promise_kept import (
    data_map_digest as data_map_digest,
    promise_digest as promise_digest,
)
from equipoise.io.monitoring_record import (
    append as append,
    read_record as read_record,
    record_path as record_path,
)
from equipoise.simulate.monitored.monitored import (
    ForetoldRest as ForetoldRest,
    Kept as Kept,
    MonitoredTrial as MonitoredTrial,
    OpenLook as OpenLook,
    Outlook as Outlook,
)
from equipoise.simulate.monitored.record import (
    monitored_record as monitored_record,
    open_record as open_record,
)
