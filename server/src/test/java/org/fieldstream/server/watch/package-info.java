/** Alarms, rules and dashboards, watched by a real Prometheus. */
@NullMarked
package org.fieldstream.server.watch;

import org.jspecify.annotations.NullMarked;
