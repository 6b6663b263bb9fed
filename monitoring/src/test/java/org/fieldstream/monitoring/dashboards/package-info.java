/**
 * Grafana dashboards as code. {@link org.fieldstream.monitoring.dashboards.Dashboards} says what
 * they show, the files in {@code src/main/resources/grafana} are what it writes.
 */
@NullMarked
package org.fieldstream.monitoring.dashboards;

import org.jspecify.annotations.NullMarked;
