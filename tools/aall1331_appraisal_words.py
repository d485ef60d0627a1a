"""The sentences of examples/aall1331/appraisal.md; its numbers are told by its tool."""

OPENING = """\
# AALL1331: what the news said, and what it can mean

> **Questions, not accusations.** A number that does not fit is a question to the authors: most are
> slips of the pen, other denominators or other data cuts. Nothing here says how anyone should be
> treated, and nothing here is a new result of the trial.

In December 2019 a news item told of COG AALL1331, 208 patients with first relapse of B-cell acute
lymphoblastic leukemia, randomized to blinatumomab or chemotherapy. It printed rates at two years
and a few P values: no hazard ratio, no interval, no number of events. The paper followed in 2021.
This page asks what the news implied, what of it can be true at once, and what was to be expected
next.

```sh
equipoise appraise examples/aall1331/claims-ash2019.yaml
equipoise appraise examples/aall1331/claims-ash2019.yaml examples/aall1331/claims-jama2021.yaml
equipoise pool examples/aall1331/pooling.yaml
```

`python tools/tell_aall1331_appraisal.py` writes this page, and a test holds it to what the program
says. What both sources print stands in [claims-ash2019.yaml](claims-ash2019.yaml) and
[claims-jama2021.yaml](claims-jama2021.yaml). **[unverified]** marks what is remembered from the
publications and not yet checked against them: the plan (one-sided alpha 0.025, 131 events for a
hazard ratio of 0.58), the stop at 80 events, the paper's P values and follow-up, and part of the
trial of Locatelli. What grades mean stands in [docs/appraise.md](../../docs/appraise.md).

## In short

- **Overall survival, P = .05**: unlikely beside the printed rates; .005 would fit. A question to
  the authors.
- **Disease-free survival, P = .05**: possible, one-sided or two-sided. At the planned one-sided
  0.025 [unverified] it would miss "significant" if one-sided, and be at the threshold itself if
  two-sided.
- **Transplant, 79%**: consistent by itself, more than the later paper counts.
- **Hazard ratios**: the news implied {dfs_news:.2f} and {os_news:.2f} (disease-free, overall
  survival); a sceptic was left to believe {dfs_left:.2f} and {os_left:.2f}; the paper printed
  {dfs_paper:.2f} and {os_paper:.2f}.

## What was printed

{printed}
"""

AT_ONCE = """\
## What can be true at once, and what cannot

The news alone, word for word:

{alone}

The news held against the paper:

{held}

**Overall survival.** Rates of {os_rates} imply a hazard ratio of {os_ratio:.2f} if hazards are
proportional. With that ratio a P of .05 needs {os_one:.0f} deaths if one-sided and {os_two:.0f}
if two-sided; simulated trials that print the same rates, patients and follow-up have
{os_events:.0f} on average. Half of them have a one-sided P of {os_middle} or less. A P of .005
would fit; so would a P of another analysis than the rates. It also matters how the follow-up is
read: if 1.4 years is the median of patients still alive, such a P has a chance of {other:.0f} in
100, which is not rare.

**Disease-free survival.** Rates of {dfs_rates} imply {dfs_ratio:.2f}. On 80 events [unverified] a
P of .05 stands for a hazard ratio of {dfs_one:.3f} if one-sided and {dfs_two:.3f} if two-sided,
both less good than the rates make it; on {dfs_events:.0f} events, as in the simulated trials, for
{dfs_one_more:.3f} and {dfs_two_more:.3f}. Rates and P can both be right where hazards are not
proportional, or by the play of chance at two years. The news cannot tell the sidedness.

**Transplant.** The percentages are consistent by themselves; beside the paper's counts they are
not, if they are of all who were randomized. Of those treated in the first cycle, {treated}, the
paper's {moved} are {fits}: that would explain the second percentage, and the first but for one
digit.

**"Significant improvements in both."** Read one-sided, .05 is above the planned 0.025
[unverified]; read two-sided it is at the threshold. What such a moment looks like for a
monitoring committee is told in [monitoring.md](monitoring.md).

![{p_alt}](appraisal-p.svg)

*{p_title}.* {p_key}

The paper's own numbers, read the same way, leave {sides_dfs} for disease-free survival (P .03
[unverified]) and {sides_os} for overall survival (P .02 [unverified]). Those of the low-risk
randomization of the same trial, published in 2023, leave {sister}, too (P .089 and .11
[unverified]). It suggests that the P values of the news were one-sided as well; it does not prove
it.
"""

MOVED = """\
## What moved

{table}

![{alt}](appraisal-ratios.svg)

*{title}.* {key}

Three things move an estimate so, and these numbers cannot tell them apart: a trial that stops
early stops, on average, where chance has been kind; rates at two years after a median follow-up
of 1.4 years rest on few patients; and where hazards are not proportional, rates at one time and
the hazard ratio answer different questions. The paper itself shows one thing more: {censored}
"""

TOO_GOOD = """\
## How much too good was it likely to be?

Before the data, a sceptic believes that the logarithm of the hazard ratio is normal around no
effect, with a chance of 5% of an effect beyond the planned one. What is believed afterwards, and
what the estimate would have become had the trial gone on to its 131 events ("too good by": what
is believed over what was seen):

{table}

What the paper later printed, {paper_dfs:.2f} and {paper_os:.2f}, lies close to what the news,
read with such doubt, left to believe: {news_dfs:.2f} and {news_os:.2f}. (The paper's patients are
those of the news, followed longer.) The planned effect is one on disease-free survival; the same
doubt is used for overall survival, of which no plan is known here. Where the fraction is left
open, no final estimate is foretold.

With bounds and looks, which are not published and are assumed in [protocol.yaml](protocol.yaml),
the same can be asked of z = 1.645 at 80 events without any prior. {adjusted} {bias}
"""

BELIEVED = """\
## What a sceptic would believe

All beliefs are normal on the logarithm of the hazard ratio. *Sceptical*: no effect, with a chance
of 5% of one beyond {effect}. *Enthusiastic*: {effect}, with a chance of 5% of none. *Other
cancers*: what the evidence library predicts of a new trial, see below.

{table}

How much doubt would it take (Matthews 2001)? A prior around no effect that holds effects beyond a
limit for implausible (5%, both sides) leaves the 95% interval touching no effect where the limit
is:

{critical}

The closer a limit is to no effect, the more doubt it takes. The sceptic of the table holds
effects beyond {reach:.2f} for implausible in this sense: the news convinces, the paper does not.
"""

TOGETHER = """\
## Together with the trial of Locatelli

Another trial, published beside the paper in 2021, randomized 54 patients to blinatumomab and 54
to chemotherapy. Its event-free survival is set beside disease-free survival here; what exactly
counts as an event may differ.

![{alt}](appraisal-forest.svg)

*{title}.* {key}

{table}

{verdicts}

A trial that stopped early brings what is too good about it along: AALL1331 did [unverified], and
its weight is the larger. Two trials cannot say how much trials differ, which the Hartung-Knapp
intervals show.
"""

LIBRARY = """\
## What other trials lead one to expect

The evidence library holds {figures} figures of {publications} publications, of {cancers} cancer.
**No leukemia and no lymphoma is among them**: of this setting it says nothing, and a prior from
it is one of other diseases. As a yardstick of what randomized trials in oncology find, {used}
figures of overall survival ({used_trials} trials; others left out with the reason) lead one to
expect a new trial's hazard ratio around {mean:.2f}, 95% between {low:.2f} and {high:.2f}. Of
{published} whose published ratio is known and whose experimental arm the labels tell, {as_news}
printed {news:.2f} or less, as the rates of the news imply, and {as_paper} printed {paper:.2f} or
less, as the paper does. Effects as large as these are rare there. That is a reason to ask for
more data, not to think them wrong: relapsed leukemia and a drug of its own kind are not what
those trials were of.

## What would settle it

{settles}
"""
