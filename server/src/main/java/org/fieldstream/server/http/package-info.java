/**
 * The HTTP port: what people, probes and Prometheus read. Requests enter; metrics, health and a
 * status page leave.
 *
 * <p>Start here: {@link org.fieldstream.server.http.HttpFront}.
 */
@NullMarked
package org.fieldstream.server.http;

import org.jspecify.annotations.NullMarked;
