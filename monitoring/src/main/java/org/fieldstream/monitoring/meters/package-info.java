/**
 * Meters of a running service. Events enter (a configuration left, a call ended, a device was
 * busy), Micrometer counters, gauges and timers leave, named and labelled for Prometheus.
 *
 * <p>Start here: {@link org.fieldstream.monitoring.meters.FieldstreamMeters}, then {@link
 * org.fieldstream.monitoring.meters.ModelMeters} for what is shown of a model and over which
 * series.
 */
@NullMarked
package org.fieldstream.monitoring.meters;

import org.jspecify.annotations.NullMarked;
