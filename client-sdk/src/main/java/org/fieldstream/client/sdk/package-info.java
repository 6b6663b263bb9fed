/**
 * The Java SDK. A subscription request enters; verified batches of configurations leave, in order,
 * each exactly once, at the pace of the reader, across broken connections. Measurements enter;
 * their acknowledgements leave.
 *
 * <p>Start here: {@link org.fieldstream.client.sdk.FieldstreamClient}, then {@link
 * org.fieldstream.client.sdk.ConfigurationStream} (asynchronous) and {@link
 * org.fieldstream.client.sdk.BatchIterator} (blocking); for a Markov chain of one's own, {@link
 * org.fieldstream.client.sdk.Proposals} and {@link org.fieldstream.client.sdk.EnsemblePush}; for
 * measurements, {@link org.fieldstream.client.sdk.MeasurementRecorder}.
 */
@NullMarked
package org.fieldstream.client.sdk;

import org.jspecify.annotations.NullMarked;
