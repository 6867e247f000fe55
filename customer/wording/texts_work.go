package wording

// workTexts are what errors of packages privacy, lead, deal, service and intake say.
var workTexts = []text{
	{"error.privacy.held", "The data of the customer cannot be erased: a hold forbids it. Release the hold first.", "该客户的数据处于保全中，不能删除。请先解除保全。"},
	{"error.privacy.held_until", "The data of the customer cannot be erased: a hold forbids it until {until}. Wait, or release the hold first.", "该客户的数据在 {until} 之前处于保全中，不能删除。请等待，或先解除保全。"},

	{"error.lead.several", "The lead may be any of {count} customers. Choose one, or merge them.", "该线索可能对应 {count} 位客户。请选择其中一位，或先合并。"},
	{"error.lead.state", "This is not possible while the lead is “{state}”: {op}. Possible: {allowed}.", "线索处于“{state}”状态，不能执行：{op}。可执行：{allowed}。"},

	{"error.deal.transition", "The deal cannot go from {from} to {to}. Possible: {allowed}.", "商机不能从“{from}”到“{to}”。可选：{allowed}。"},
	{"error.deal.missing", "The deal cannot go from {from} to {to} yet. Fill in first: {missing}.", "商机暂不能从“{from}”到“{to}”。请先填写：{missing}。"},
	{"error.deal.total", "The total of the quote does not add up: it says {total}, and it is {sum}. Correct it.", "报价单合计不符：填写为 {total}，应为 {sum}。请改正。"},
	{"error.deal.total_line", "The total of line {line} does not add up: it says {total}, and it is {sum}. Correct it.", "第 {line} 行合计不符：填写为 {total}，应为 {sum}。请改正。"},
	{"error.deal.stage_in_use", "The stage {stage} cannot be removed: {count} deals stand in it. Move them first, or retire the stage.", "阶段“{stage}”不能删除：其中有 {count} 个商机。请先移走，或停用该阶段。"},
	{"error.deal.quote", "This is not possible while the quote is “{status}”. Draft another one.", "报价单处于“{status}”状态，不能这样操作。请另建报价单。"},
	{"error.deal.expired", "The quote has expired. Supersede it with a new one.", "报价单已过期。请用新的报价单取代。"},

	{"error.service.transition", "This is not possible while the ticket is “{state}”: {op} {step}. The next step is {next}.", "工单处于“{state}”状态，不能执行：{op}“{step}”。下一步骤：{next}。"},

	{"error.intake.header", "The header of the file is not usable. Give each column a name of its own.", "文件表头不可用。请为每列取不同的名称。"},
	{"error.intake.encoding", "The file holds bytes that are no text in its encoding. Save it as UTF-8.", "文件编码有误。请另存为 UTF-8 格式。"},
	{"error.intake.syntax", "The quotation marks do not match. Close them, or double those within a cell.", "引号不匹配。请补齐引号，单元格内的引号须写两次。"},
	{"error.intake.truncated", "The file is cut off. Use a complete copy.", "文件不完整。请使用完整的文件。"},
	{"error.intake.too_long", "A row is longer than the limit allows. Shorten it, or raise the limit.", "行内容超出限制。请缩短，或提高限制。"},
	{"error.intake.file", "The file could not be read to its end. Import it again from a complete copy.", "文件未能读完。请用完整的文件重新导入。"},
	{"error.intake.ambiguous_column", "More than one column may be {target}: {columns}. Map one of them.", "有多列可能是“{target}”：{columns}。请指定其中一列。"},
	{"error.intake.missing_column", "No column is {target}, which is required. Map one of: {columns}.", "没有对应必填项“{target}”的列。请从中指定一列：{columns}。"},
	{"error.intake.unknown_column", "There is no such column or target: {columns} for {target}. Map a column that the file has.", "列或目标不存在：{columns} 对应“{target}”。请指定文件中已有的列。"},
	{"error.intake.limit", "{rejected} of {read} rows were rejected, and at most {max} may be. Correct them, or raise the limit.", "已读 {read} 行中有 {rejected} 行被拒绝，最多允许 {max} 行。请改正，或提高限制。"},
	{"error.intake.job_state", "The state of the import does not allow this. Look at the import first.", "导入任务的状态不允许此操作。请先查看该任务。"},
	{"error.intake.other_file", "This is not the file and mapping that the import began with. Use the same ones.", "文件或列对应关系与开始导入时不同。请使用原来的。"},
	{"error.intake.ambiguous_date", "it can be read as more than one date. Write year, month and day in this order.", "日期写法有歧义。请按年、月、日的顺序书写。"},
	{"error.entry.nobody", "The statement names nobody. Give it a name, a number or an address.", "内容未指明任何客户。请提供姓名、号码或地址。"},
	{"error.entry.ambiguous", "Several customers have this key. Merge them, or give another key.", "多位客户使用同一匹配键。请合并客户，或提供其他匹配键。"},
}
