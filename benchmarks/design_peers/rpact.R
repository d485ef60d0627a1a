# rpact: every call from plain numbers; a design is made anew each time.
plan <- function(k, ..., alpha = 0.025) getDesignGroupSequential(
  kMax = k, alpha = alpha, beta = 0.1, typeOfDesign = "asOF", ...)
futile <- function(k, ..., binding = FALSE) plan(
  k, ..., typeBetaSpending = "bsHSD", gammaB = -2, bindingFutility = binding)
boundary <- function(futility) function(design) c(
  numbered("efficacy z", design$criticalValues),
  if (futility) numbered("futility z", design$futilityBounds))
fractions <- c(0.5, 0.75, 1)
of_three <- function(found) c(boundary(TRUE)(found$.design), patients = max(found$numberOfSubjects))

tasks <- list(
  looks_3 = job(function() futile(3), boundary(TRUE)),
  looks_10 = job(function() futile(10), boundary(TRUE)),
  looks_50 = job(function() plan(50), boundary(FALSE)),
  binding_5 = job(function() futile(5, binding = TRUE), boundary(TRUE)),
  two_sided_5 = job(function() plan(5, sided = 2, alpha = 0.05), boundary(FALSE)),
  survival_size = job(
    function() getSampleSizeSurvival(
      futile(3, informationRates = fractions), typeOfComputation = "Schoenfeld",
      piecewiseSurvivalTime = list("0 - <6" = 0.06, "6 - <12" = 0.05, ">=12" = 0.03),
      hazardRatio = 0.7, accrualTime = c(0, 3, 6, 24), accrualIntensity = c(5, 10, 20),
      accrualIntensityType = "relative", followUpTime = 12, dropoutRate1 = 1 - exp(-12 * 0.005),
      dropoutRate2 = 1 - exp(-12 * 0.003), dropoutTime = 12),
    function(found) c(
      boundary(TRUE)(found$.design), events = max(found$eventsPerStage),
      patients = max(found$maxNumberOfSubjects), numbered("time", found$analysisTime))
  ),
  proportions_3 = job(function() getSampleSizeRates(futile(3), pi1 = 0.5, pi2 = 0.3), of_three),
  t_test_3 = job(function() getSampleSizeMeans(futile(3), alternative = 0.5, stDev = 1), of_three)
)
if (exists("getSampleSizeCounts")) tasks$counts_3 <- job(  # from rpact 4
  function() getSampleSizeCounts(
    futile(3, informationRates = fractions), lambda2 = 1, theta = 0.7, overdispersion = 0.8,
    accrualTime = 1, followUpTime = 1),
  of_three
)
