/**
 * The running streams as a person sees them. Configurations enter as they are delivered, views
 * leave: the last field, a trace, running means. While nobody watches nothing is kept of them but
 * two counts.
 *
 * <p>Start here: {@link org.fieldstream.server.live.LiveStreams}, then {@link
 * org.fieldstream.server.live.LiveStream} for what a configuration costs.
 */
@NullMarked
package org.fieldstream.server.live;

import org.jspecify.annotations.NullMarked;
