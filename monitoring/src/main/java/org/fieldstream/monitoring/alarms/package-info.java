/**
 * What may be wrong with a series or a stream. Statistics enter, {@link
 * org.fieldstream.monitoring.alarms.Alarm alarms} with a sentence and a figure leave.
 *
 * <p>Start here: {@link org.fieldstream.monitoring.alarms.SeriesWatch}, {@link
 * org.fieldstream.monitoring.alarms.WeightWatch} and {@link
 * org.fieldstream.monitoring.alarms.AcceptanceWatch} for what is still running, in bounded memory;
 * each kind has an evaluator of its own, with its threshold, for figures that are there already:
 * {@link org.fieldstream.monitoring.alarms.ThermalisationAlarm}, {@link
 * org.fieldstream.monitoring.alarms.FrozenAlarm}, {@link
 * org.fieldstream.monitoring.alarms.HeavyTailAlarm}, {@link
 * org.fieldstream.monitoring.alarms.AcceptanceAlarm}, {@link
 * org.fieldstream.monitoring.alarms.SampleSizeAlarm}.
 */
@NullMarked
package org.fieldstream.monitoring.alarms;

import org.jspecify.annotations.NullMarked;
