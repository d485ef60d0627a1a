# One R package answering one question of monitor_jobs.py: Rscript monitor_worker.R PACKAGE JOB.
here <- dirname(sub("--file=", "", grep("--file=", commandArgs(), value = TRUE)))
source(file.path(here, "r_talk.R"))
arguments <- commandArgs(trailingOnly = TRUE)
package <- arguments[1]
suppressPackageStartupMessages(library(package, character.only = TRUE))
if (package == "lrstat") RcppParallel::setThreadOptions(numThreads = 1)

planned <- c(.25, .5, .75, 1); seen <- c(.22, .55, .71, .97); ratio <- .7
spent <- function(t) 2 * pnorm(-qnorm(.0125, lower.tail = FALSE) / sqrt(t))
numbered <- function(values)
  setNames(as.numeric(values), paste("at look", seq_along(values)))
named <- function(p, estimate, lower, upper)
  c(p_value = p, estimate = estimate, lower = lower, upper = upper)
job <- function(prepare, read) list(prepare = prepare, read = read)

tasks <- list(
  gsDesign = list(
    bounds = job(function() function() gsDesign(k = 4, test.type = 1, alpha = .025, sfu = sfLDOF,
      timing = seen[1:3] / .97, usTime = c(seen[1:3], 1)), function(found)
      numbered(found$upper$bound)),
    conditional = job(function() {
      design <- gsDesign(k = 4, test.type = 1, alpha = .025, sfu = sfLDOF, timing = planned[1:3])
      theta <- log(1 / ratio) * sqrt(50 / design$n.I[4])  # per root information, there
      function() gsCP(design, theta = theta, i = 1, zi = 1.2)
    }, function(found) numbered(found$upper$prob[, 1]))),
  lrstat = list(
    bounds = job(function() function() getBound(k = 4, informationRates = seen / .97,
      alpha = .025, typeAlphaSpending = "sfOF", spendingTime = c(seen[1:3], 1)), numbered),
    conditional = job(function() function() getCP(INew = 37.5, L = 1, zL = 1.2,
      theta = log(1 / ratio), IMax = 50, kMax = 4, informationRates = planned, alpha = .025,
      typeAlphaSpending = "sfOF"), function(found)
      c("in all" = if (is.list(found)) found[[1]] else as.numeric(found)[1])),
    stagewise = job(function() function() getCI(L = 3, zL = 2.6, IMax = 50,
      informationRates = planned, alpha = .025, typeAlphaSpending = "sfOF"), function(found)
      named(found$pvalue, found$thetahat, found$lower, found$upper))),
  rpact = list(
    bounds = job(function() function() getDesignGroupSequential(kMax = 4, alpha = .025, sided = 1,
      informationRates = seen / .97, typeOfDesign = "asUser",
      userAlphaSpending = c(spent(seen[1:3]), .025)), function(found)
      numbered(found$criticalValues)),
    conditional = job(function() {
      design <- getDesignGroupSequential(kMax = 4, alpha = .025, sided = 1,
        informationRates = planned, typeOfDesign = "asOF")
      data <- getDataset(overallEvents = 50, overallLogRanks = 1.2)
      results <- getStageResults(design, data, directionUpper = TRUE)
      function() getConditionalPower(results, nPlanned = c(50, 50, 50), thetaH1 = 1 / ratio)
    }, function(found) numbered(diff(c(0, found$conditionalPower[2:4])))),
    stagewise = job(function() {
      design <- getDesignGroupSequential(kMax = 4, alpha = .025, sided = 1,
        informationRates = planned, typeOfDesign = "asOF")
      data <- getDataset(overallEvents = c(50, 100, 150), overallLogRanks = c(1, 1.5, 2.6))
      results <- getStageResults(design, data, directionUpper = TRUE)
      function() list(getFinalPValue(results),
                      getFinalConfidenceInterval(design, data, directionUpper = TRUE))
    }, function(found) named(found[[1]]$pFinal, log(found[[2]]$medianUnbiased),
      log(found[[2]]$finalConfidenceInterval[1]), log(found[[2]]$finalConfidenceInterval[2])))))
converse(tasks[[package]][[arguments[2]]])
