/**
 * Statistics of Markov chains and weighted samples. Series of measurements and log weights enter,
 * means with errors, autocorrelation times and effective sample sizes leave. Pure Java, in double.
 *
 * <p>Start here: {@link org.fieldstream.monitoring.statistics.GammaMethod} for a series in memory,
 * {@link org.fieldstream.monitoring.statistics.OnlineSeries} for one that is still running, {@link
 * org.fieldstream.monitoring.statistics.Reweighting} for draws with log weights.
 */
@NullMarked
package org.fieldstream.monitoring.statistics;

import org.jspecify.annotations.NullMarked;
