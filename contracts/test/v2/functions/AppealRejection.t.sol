// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IAIModelTrainingV2} from "../../../src/IAIModelTrainingV2.sol";
import {vm} from "../../Vm.sol";
import {EscrowTestV2} from "../EscrowTestV2.sol";

contract AppealRejectionV2Test is EscrowTestV2 {
    function refuse(uint256 jobId, IAIModelTrainingV2.SlotStatus status) private {
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.RejectionNotPending.selector, jobId, alice, status)
        );
        escrow.appealRejection(jobId, alice, EVIDENCE);
    }

    function test_given_no_pending_rejection_it_reverts_whatever_it_is() external {
        uint256 jobId = createJob(refereedTerms());
        refuse(jobId, IAIModelTrainingV2.SlotStatus.None);
        accept(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Accepted);
        submit(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Submitted);
        reject(jobId, alice);
        appeal(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.RejectionAppealed);
        rule(jobId, alice, true);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Reinstated);
    }

    function test_given_a_job_without_referee_it_reverts() external {
        uint256 jobId = createDeliveredJob();
        reject(jobId, alice);
        refuse(jobId, IAIModelTrainingV2.SlotStatus.Rejected);
    }

    function test_given_a_day_has_passed_it_reverts(uint32 later) external {
        uint256 jobId = createContestedJob(true);
        vm.warp(START + 1 days + later);
        vm.prank(alice);
        expectError(
            abi.encodeWithSelector(IAIModelTrainingV2.DeadlinePassed.selector, jobId, alice, START + 1 days)
        );
        escrow.appealRejection(jobId, alice, EVIDENCE);
    }

    function test_when_neither_wallet_nor_delegate_calls_it_reverts(address caller) external {
        vm.assume(caller != alice && caller != delegate);
        uint256 jobId = createContestedJob(true);
        vm.prank(caller);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.NotSubmitter.selector, jobId, alice, caller));
        escrow.appealRejection(jobId, alice, EVIDENCE);
    }

    function test_when_the_evidence_is_empty_it_reverts() external {
        uint256 jobId = createContestedJob(true);
        vm.prank(alice);
        expectError(abi.encodeWithSelector(IAIModelTrainingV2.CidLengthOutOfRange.selector, 0, 128));
        escrow.appealRejection(jobId, alice, "");
    }

    function test_it_gives_the_referee_three_days_whoever_of_both_calls(bool byDelegate, uint256 wait)
        external
    {
        uint256 jobId = createContestedJob(true);
        uint256 now_ = START + bound(wait, 0, 1 days - 1);
        vm.warp(now_);
        vm.expectEmit(address(escrow));
        emit IAIModelTrainingV2.RejectionAppealed(jobId, alice, EVIDENCE, uint40(now_ + 3 days));
        vm.prank(byDelegate ? delegate : alice);
        escrow.appealRejection(jobId, alice, EVIDENCE);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.RejectionAppealed);
        assertEq(escrow.getSlot(jobId, alice).timestamp, now_ + 3 days, "ruling by");
        assertTrue(escrow.getSlot(jobId, alice).provable, "still called provable");
        assertEq(address(escrow).balance, STAKE + 2 * BOND, "all is held");
    }

    function test_it_is_possible_after_the_jobs_end() external {
        uint256 jobId = createContestedJob(true);
        deliver(jobId, carol);
        complete(jobId, list(alice, bob, carol));
        appeal(jobId, alice);
        assertSlot(jobId, alice, IAIModelTrainingV2.SlotStatus.RejectionAppealed);
    }
}
