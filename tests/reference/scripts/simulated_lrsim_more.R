# Rscript simulated_lrsim_more.R [iterations]: writes simulated_lrsim_more.json (lrstat 0.3.3, jsonlite).
# Three arms in strata (lrsim3a), and progression and death of the same patients (lrsim2e).
suppressMessages({library(lrstat); library(jsonlite)})
iterations <- as.integer(c(commandArgs(TRUE), "50000")[1])
three <- list(kMax = 3, allocation1 = 2, allocation2 = 2, allocation3 = 1, accrualTime = c(0, 8), accrualIntensity = c(10, 28), piecewiseSurvivalTime = c(0, 6), stratumFraction = c(0.2, 0.8),
  lambda1 = c(0.04, 0.03, 0.02, 0.018), lambda2 = c(0.05, 0.02, 0.03, 0.02), lambda3 = c(0.07, 0.05, 0.035, 0.03), gamma1 = 0.004, gamma2 = 0.002, gamma3 = 0.008, n = 300, plannedEvents = c(60, 110, 150))
two <- list(kMax = 3, kMaxpfs = 2, allocation1 = 1, allocation2 = 1, accrualTime = 0, accrualIntensity = 15, piecewiseSurvivalTime = 0, stratumFraction = 1, rho_pd_os = 0,
  lambda1pfs = 0.055, lambda2pfs = 0.08, lambda1os = 0.022, lambda2os = 0.03, gamma1pfs = 0.004, gamma2pfs = 0.004, gamma1os = 0.004, gamma2os = 0.004, n = 250, plannedEvents = c(90, 140, 130))
run <- function(f, asked, ...) do.call(f, c(asked, maxNumberOfIterations = iterations, seed = 20261123, nthreads = 1))
a <- run(lrsim3a, three)$sumdata; b <- run(lrsim2e, two)$sumdata
numbers <- function(d, by) { v <- sapply(d, is.numeric); lapply(split(d[v], by), function(x) list(mean = as.list(colMeans(x)), sd = as.list(sapply(x, sd)))) }
write(toJSON(list(lrstat = as.character(packageVersion("lrstat")), R = R.version.string, iterations = iterations,
  lrsim3a = list(call = three, looks = numbers(a, a$stageNumber)), lrsim2e = list(call = two, looks = numbers(b, paste(b$endpoint, b$stageNumber)))), auto_unbox = TRUE, digits = 10, pretty = TRUE), "simulated_lrsim_more.json")
