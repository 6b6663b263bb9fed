/**
 * The server put together. A configuration and a backend enter, a running service leaves.
 *
 * <p>Start here: {@link org.fieldstream.server.FieldstreamServer}, {@link
 * org.fieldstream.server.Main}.
 */
@NullMarked
package org.fieldstream.server;

import org.jspecify.annotations.NullMarked;
