package wording

// activityLabels name the kinds of package activity.
var activityLabels = []text{
	{"unmatched_interaction", "Unmatched interaction", "未匹配的互动"},
	{"unmatched_interaction.interaction", "Interaction", "互动"},
	{"unmatched_interaction.ambiguous", "Several may be meant", "可能有多人"},
	{"unmatched_interaction.keys", "Addresses", "匹配键"},
	{"unmatched_interaction.parties", "Parties", "参与方"},

	{"web_visitor", "Web visitor", "网站访客"},
	{"web_visitor.first_seen", "First seen", "首次出现时间"},
	{"web_visitor.last_seen", "Last seen", "最近出现时间"},
	{"web_visitor.events", "Events", "事件数"},

	{"visit", "Visit", "拜访"},
	{"visit.ended_at", "Ended", "结束时间"},
	{"visit.place", "Place", "地点"},
	{"visit.purpose", "Purpose", "目的"},
	{"visit.points", "Track points", "轨迹点数"},
	{"visit_track", "Track of a visit", "拜访轨迹"},
	{"visit_track.visit", "Visit", "拜访"},
	{"visit_track.hour", "Hour", "小时"},
	{"visit_track.points", "Track points", "轨迹点"},

	{"chat_archive", "Chat archive", "聊天存档"},
	{"chat_archive.first_at", "First message", "首条消息时间"},
	{"chat_archive.last_at", "Last message", "末条消息时间"},
	{"chat_archive.missing", "Missing messages", "缺失消息数"},
	{"chat_gap", "Gap in a chat archive", "聊天存档缺口"},
	{"chat_gap.before", "Message before it", "前一条消息时间"},
	{"chat_gap.after", "Message after it", "后一条消息时间"},
	{"chat_group", "Chat group", "群聊"},
	{"chat_group.synced_at", "Last list of members", "最近同步时间"},
	{"chat_group.changes", "Changes of members", "成员变动次数"},
	{"chat_membership", "Membership in a chat group", "群成员"},
	{"chat_membership.group", "Chat group", "群聊"},
	{"chat_membership.member", "Member", "成员"},
	{"chat_membership.joined_at", "Joined", "入群时间"},
	{"chat_membership.left_at", "Left", "退群时间"},
}
