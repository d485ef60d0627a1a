# Rscript simulated_rpact.R [iterations]: writes simulated_rpact.json (rpact 3.3.4, jsonlite).
# Trials of getSimulationSurvival, whose patients come at even intervals.
suppressMessages({library(rpact); library(jsonlite)})
iterations <- as.integer(c(commandArgs(TRUE), "100000")[1])
looks <- getDesignGroupSequential(typeOfDesign = "asOF", informationRates = c(50, 90, 131) / 131, alpha = 0.025, sided = 1)
futile <- getDesignGroupSequential(typeOfDesign = "asP", informationRates = c(0.4, 1), alpha = 0.025, sided = 1, futilityBounds = 0.3, bindingFutility = FALSE)
usual <- list(directionUpper = FALSE, maxNumberOfSubjects = 220, accrualTime = c(0, 48), plannedEvents = c(50, 90, 131),
  dropoutRate1 = 0.05, dropoutRate2 = 0.05, dropoutTime = 12, lambda2 = log(2) / 15)
cases <- list(
  base = c(list(design = looks), usual, hazardRatio = 0.6),
  null = c(list(design = looks), usual, hazardRatio = 1),
  unequal = c(list(design = looks), modifyList(usual, list(allocation1 = 2, allocation2 = 1, dropoutRate1 = 0.2, dropoutRate2 = 0)), hazardRatio = 0.6),
  delayed = c(list(design = looks), modifyList(usual, list(lambda2 = NULL, piecewiseSurvivalTime = c(0, 4))),
    list(lambda1 = c(0.046, 0.023), lambda2 = c(0.046, 0.046))),
  weibull = c(list(design = looks), modifyList(usual, list(kappa = 1.4)), hazardRatio = 0.65),
  accrual = c(list(design = futile), list(directionUpper = FALSE, maxNumberOfSubjects = 180, accrualTime = c(0, 6, 12, 30), accrualIntensity = c(2, 5, 7.6666666666666667),
    plannedEvents = c(40, 100), lambda2 = 0.05, hazardRatio = 0.7)),
  margin = c(list(design = looks), usual, hazardRatio = 1, thetaH0 = 1.3)
)
told <- lapply(names(cases), function(name) {
  asked <- cases[[name]]
  r <- do.call(getSimulationSurvival, c(asked, maxNumberOfIterations = iterations, seed = 20261123))
  d <- getData(r); k <- max(d$stageNumber)
  design <- asked$design; asked$design <- NULL
  list(id = name, call = asked, iterations = iterations, critical_values = I(design$criticalValues),
    futility_bounds = I(as.numeric(design$futilityBounds[is.finite(design$futilityBounds) & design$futilityBounds > -6])),
    power = as.numeric(r$overallReject), reject_per_look = I(as.numeric(r$rejectPerStage)),
    events_per_look = I(as.numeric(r$overallEventsPerStage)), subjects_per_look = I(as.numeric(r$numberOfSubjects)), time_per_look = I(as.numeric(r$analysisTime)),
    time_sd = I(sapply(1:k, function(j) sd(d$analysisTime[d$stageNumber == j]))),
    z_mean = I(sapply(1:k, function(j) mean(d$logRankStatistic[d$stageNumber == j]))),
    z_sd = I(sapply(1:k, function(j) sd(d$logRankStatistic[d$stageNumber == j]))),
    events_exp = I(sapply(1:k, function(j) mean(d$overallEvents1[d$stageNumber == j]))),
    expected_subjects = as.numeric(r$expectedNumberOfSubjects), expected_events = as.numeric(r$expectedNumberOfEvents), expected_duration = as.numeric(r$studyDuration),
    early_stop = as.numeric(r$earlyStop))
})
write(toJSON(list(rpact = as.character(packageVersion("rpact")), R = R.version.string, cases = told), auto_unbox = TRUE, digits = 12, pretty = TRUE), "simulated_rpact.json")
