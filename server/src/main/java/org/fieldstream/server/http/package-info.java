/**
 * The HTTP port: what people, probes and Prometheus read. Requests enter; metrics, health and the
 * live page leave.
 *
 * <p>Start here: {@link org.fieldstream.server.http.HttpFront}; {@link
 * org.fieldstream.server.http.LiveFeed} for what watching costs and how it is bounded. The page's
 * own files are in {@code resources/live}, {@code main.js} first.
 */
@NullMarked
package org.fieldstream.server.http;

import org.jspecify.annotations.NullMarked;
