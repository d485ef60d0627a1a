# lrstat: every call from plain numbers.
early <- list(alpha = 0.025, typeAlphaSpending = "sfOF")
stopping <- c(early, typeBetaSpending = "sfHSD", parameterBetaSpending = -2)
ask <- function(what, ...) {
  given <- list(...)
  function() do.call(what, given)
}
under_alternative <- function(found) {
  if (is.null(found$resultsUnderH1)) found else found$resultsUnderH1
}
stages <- function(found) under_alternative(found)$byStageResults
boundary <- function(found, futility = TRUE) {
  by_look <- stages(found)
  c(numbered("efficacy z", by_look$efficacyBounds),
    if (futility) numbered("futility z", head(by_look$futilityBounds, -1)))
}
overall <- function(found) under_alternative(found)$overallResults
fixed_information <- ((qnorm(0.975) + qnorm(0.9)) / 0.3)^2
inflated <- function(futility) function(design) c(
  boundary(design, futility), inflation = design$overallResults$information / fixed_information)
looks <- function(k, rules = stopping) do.call(
  ask, c("getDesign", beta = 0.1, theta = 0.3, kMax = k, list(informationRates = (1:k) / k), rules))

piecewise <- list(
  accrualTime = c(0, 3, 6), accrualIntensity = c(5, 10, 20), piecewiseSurvivalTime = c(0, 6, 12),
  lambda2 = c(0.06, 0.05, 0.03), lambda1 = 0.7 * c(0.06, 0.05, 0.03), gamma1 = 0.005,
  gamma2 = 0.003, accrualDuration = 24, followupTime = 12)
delayed <- list(
  accrualTime = c(0, 2, 4), accrualIntensity = c(5, 10, 20), piecewiseSurvivalTime = c(0, 4),
  lambda2 = rep(log(2) / 12, 2), lambda1 = log(2) / 12 * c(1, 0.6), gamma1 = 0.001,
  gamma2 = 0.001, accrualDuration = 12, followupTime = 24)
patients <- function(found) c(patients = overall(found)$numberOfSubjects)
last_patients <- function(found) c(boundary(found), patients(found))
two_stages <- function(found) unlist(lapply(c("Optimal", "Minimax"), function(kind) {
  best <- found[found$design == kind, ]
  setNames(c(best$n1, best$n, best$EN0), paste(tolower(kind), c("n1", "n", "expected")))
}))

tasks <- list(
  looks_3 = job(looks(3), inflated(TRUE)),
  looks_10 = job(looks(10), inflated(TRUE)),
  looks_50 = job(looks(50, early), inflated(FALSE)),
  crossing_10 = job(
    function() with(crossing, exitprob(b = upper, a = lower, theta = drift, I = information)),
    function(found) c(numbered("upper", found$exitProbUpper),
                      numbered("lower", found$exitProbLower))
  ),
  survival_size = job(
    do.call(ask, c("lrsamplesize", beta = 0.1, kMax = 3, list(informationRates = c(0.5, 0.75, 1)),
                   stopping, piecewise, typeOfComputation = "schoenfeld", rounding = FALSE)),
    function(found) c(
      events = overall(found)$numberOfEvents, last_patients(found),
      numbered("time", stages(found)$analysisTime))
  ),
  weighted_log_rank = job(
    do.call(ask, c("lrpower", kMax = 3, list(informationRates = c(0.5, 0.75, 1)), early, delayed,
                   rho1 = 0, rho2 = 1)),
    function(found) c(boundary(found, FALSE),
                      numbered("power", found$byStageResults$cumulativeRejection))
  ),
  restricted_mean = job(
    do.call(ask, c("rmsamplesize", beta = 0.1, milestone = 24, alpha = 0.025, delayed,
                   rounding = FALSE)), patients),
  milestone = job(
    do.call(ask, c("kmsamplesize", beta = 0.1, milestone = 24, alpha = 0.025, delayed,
                   rounding = FALSE)), patients),
  proportions_3 = job(
    do.call(ask, c("getDesignRiskDiff", beta = 0.1, pi1 = 0.5, pi2 = 0.3, nullVariance = TRUE,
                   rounding = FALSE, kMax = 3, stopping)),
    function(found) {
      answers <- last_patients(found)
      setNames(answers, paste0(names(answers), ", null variance"))
    }
  ),
  exact_power = job(
    function() powerFisherExact(n = 200, pi1 = 0.5, pi2 = 0.2, alpha = 0.05),
    function(found) c(power = found$power)
  ),
  exact_size = job(
    function() samplesizeFisherExact(beta = 0.2, pi1 = 0.5, pi2 = 0.2, alpha = 0.05),
    function(found) c(patients = found$n, power = found$power)
  ),
  simon = job(
    function() simon2stage(alpha = 0.05, beta = 0.2, piH0 = 0.1, pi = 0.3, n_max = 50), two_stages),
  t_test_3 = job(
    do.call(ask, c("getDesignMeanDiff", beta = 0.1, meanDiff = 0.5, stDev = 1,
                   normalApproximation = FALSE, rounding = FALSE, kMax = 3, stopping)),
    last_patients
  ),
  counts_3 = job(
    do.call(ask, c("nbsamplesize", beta = 0.1, kMax = 3, list(informationRates = c(0.5, 0.75, 1)),
                   stopping, accrualIntensity = 100, kappa1 = 0.8, kappa2 = 0.8, lambda1 = 0.7,
                   lambda2 = 1, accrualDuration = 1, followupTime = 1, rounding = FALSE)),
    last_patients
  ),
  shortcut_6 = job(
    function() fadjpbon(c(1, 1, 1, 0, 0, 0) / 3, doses(), matrix(p_doses, 1)), adjusted),
  shortcut_many = job(
    function() fadjpbon(c(1, 1, 1, 0, 0, 0) / 3, doses(), p_many), adjusted_many),
  simes_8 = job(function() fadjpsim(fwgtmat(rep(1, 8) / 8, ring(8)), p_values), adjusted),
  parametric_5 = job(
    function() fadjpdun(fwgtmat(rep(0.2, 5), ring(5)), p_values[1:5], corr = halves(5)), adjusted)
)
