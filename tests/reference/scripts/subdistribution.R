# Rscript subdistribution.R > ../subdistribution.json: incidence curves of relapse beside deaths that
# differ between the arms, with what cmprsk and survival say of the patients themselves.
suppressMessages({library(cmprsk); library(survival)})
set.seed(20); n <- 250; arm <- rep(0:1, each = n)
relapse <- rexp(2 * n, ifelse(arm == 1, .04, .05)); death <- rexp(2 * n, ifelse(arm == 1, .05, .01))
time <- pmin(relapse, death, 30); cause <- ifelse(time == 30, 0, ifelse(time == relapse, 1, 2))
gray <- crr(time, cause, arm, failcode = 1, cencode = 0)
specific <- coxph(Surv(time, cause == 1) ~ arm)
curves <- cuminc(time, cause, arm); at <- seq(0, 29.5, .5); value <- timepoints(curves, at)$est
columns <- seq(0, 24, 6)
risk <- function(side) paste(sapply(columns, function(s) sum(time >= s & arm == side)), collapse = ",")
list_of <- function(x) paste(sprintf("%.4f", x), collapse = ",")
cat(sprintf(paste0(
  '{"about":"Incidence of relapse beside deaths, 250 patients an arm, followed for 30 months",\n',
  '"software":"R cmprsk %s and survival %s under %s",\n',
  '"call":"Rscript scripts/subdistribution.R: crr, coxph(cause == 1), cuminc, timepoints",\n',
  '"fine_gray":[%.6f,%.6f],"cause_specific":%.6f,\n"time":[%s],\n"control":[%s],\n',
  '"experimental":[%s],\n"columns":[%s],"at_risk":{"control":[%s],"experimental":[%s]}}\n'),
  packageVersion("cmprsk"), packageVersion("survival"), R.version.string, gray$coef,
  sqrt(gray$var[1, 1]), coef(specific), paste(at, collapse = ","), list_of(value["0 1", ]),
  list_of(value["1 1", ]), paste(columns, collapse = ","), risk(0), risk(1)))
