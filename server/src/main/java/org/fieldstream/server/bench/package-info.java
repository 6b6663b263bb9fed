/**
 * How many independent configurations a CPU-second makes. Models, a machine and the path of a peer
 * program enter, rates measured in turns leave. Start here: {@link
 * org.fieldstream.server.bench.Bench}.
 */
@NullMarked
package org.fieldstream.server.bench;

import org.jspecify.annotations.NullMarked;
