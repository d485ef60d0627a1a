# Fragility by R: survdiff, coxph and fisher.test, one patient at a time.  Prints what fragility.json holds.
suppressMessages(library(survival))
p_of <- function(d) { s <- survdiff(Surv(time, event) ~ arm, data = d); pchisq(s$chisq, 1, lower.tail = FALSE) }
cox_p <- function(d) summary(coxph(Surv(time, event) ~ arm, data = d, control = coxph.control(eps = 1e-14, iter.max = 50)))$coefficients[1, "Pr(>|z|)"]
# Bomze et al. 2020: best survivors, one at a time, until significance is lost (or gained)
reassign <- function(d, test, from) {
  before <- test(d) < 0.05; d$was <- d$arm
  for (k in seq_len(sum(d$arm == from) - 1)) {
    left <- which(d$arm == from & d$was == from)
    best <- left[order(-d$time[left], d$event[left], left)][1]
    d$arm[best] <- 1 - from
    if ((test(d) < 0.05) != before) return(c(k, test(d)))
  }
}
# greedy flips of outcomes at the same time: an upper bound of the fewest
flips <- function(d) {
  before <- p_of(d) < 0.05
  for (k in 1:80) {
    ps <- sapply(seq_len(nrow(d)), function(i) { e <- d; e$event[i] <- 1 - e$event[i]; p_of(e) })
    i <- if (before) which.max(ps) else which.min(ps)
    d$event[i] <- 1 - d$event[i]
    if ((p_of(d) < 0.05) != before) return(c(k, p_of(d)))
  }
}
walsh <- function(a, n, b, m) {
  p <- function(a, b) fisher.test(matrix(c(a, n - a, b, m - b), 2))$p.value
  lost <- p(a, b) < 0.05; k <- 0
  while ((p(a, b) < 0.05) == lost) { k <- k + 1; if (a < b) a <- a + ifelse(lost, 1, -1) else b <- b + ifelse(lost, 1, -1)
    if (a < 0 || b < 0) return(NA) }
  c(k, p(a, b))
}
colon2 <- subset(survival::colon, etype == 2 & rx != "Lev"); c2 <- data.frame(time = colon2$time, event = colon2$status, arm = as.integer(colon2$rx == "Lev+5FU"))
colon1 <- subset(survival::colon, etype == 2 & rx != "Lev+5FU"); c1 <- data.frame(time = colon1$time, event = colon1$status, arm = as.integer(colon1$rx == "Lev"))
lung <- survival::lung; l <- data.frame(time = lung$time, event = lung$status - 1, arm = as.integer(lung$sex == 2))
vet <- survival::veteran; v <- data.frame(time = vet$time, event = vet$status, arm = vet$trt - 1)
options(digits = 12)
for (x in list(c2, c1, l, v)) { cat(nrow(x), p_of(x), "cox", cox_p(x), "\n"); from <- as.integer(p_of(x) < 0.05)
  print(reassign(x, p_of, from)); print(reassign(x, cox_p, as.integer(cox_p(x) < 0.05))); print(flips(x)) }
print(walsh(1, 100, 9, 100)); print(walsh(30, 300, 70, 300)); print(walsh(12, 100, 18, 100)); print(walsh(5, 40, 18, 42))
cat(R.version.string, as.character(packageVersion("survival")), "\n")
